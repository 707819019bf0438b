import { createTestDatabase, describeValueMismatch, sweepValues } from '@gather/testing'
import { expect, it } from 'vitest'

it('20,000 random rows of every column type come back byte for byte, and no digest is blind to a change', async () => {
  const testDatabase = await createTestDatabase()
  try {
    const report = await sweepValues({ rowCount: 20_000, seed: 20_190_723, testDatabase })
    expect(report.mismatches.map(describeValueMismatch)).toEqual([])
    expect(report).toMatchObject({
      rowCount: 20_000,
      byPath: { load: 10_000, insert: 10_000 },
      tamperings: 10,
    })
    expect(Object.keys(report.byKind)).toHaveLength(12)
    for (const changeCount of Object.values(report.changes)) expect(changeCount).toBeGreaterThan(500)
  } finally {
    await testDatabase.drop()
  }
})
