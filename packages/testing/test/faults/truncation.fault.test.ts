import {
  createTestDatabase,
  describeCut,
  describeLoadCut,
  startTestStack,
  sweepLoads,
  sweepShortPages,
  sweepTruncations,
} from '@gather/testing'
import { expect, it } from 'vitest'

const SEED = 20_190_723

it('21: 200 damaged answers: none is taken for a page, and each is tried again', async () => {
  const report = await sweepTruncations({ pointCount: 200, seed: SEED })
  expect(report.accepted.map(describeCut)).toEqual([])
  expect(report.notRetried.map(describeCut)).toEqual([])
  expect(report.refused + report.unharmed).toBe(200)
  expect(report.unharmed).toBeLessThan(20)
  expect(report.wholeAccepted).toBe(6)
})

it('24 whole answers with too few rows: none is stored, and each closes the generation', async () => {
  const stack = await startTestStack({ rowCount: 1 })
  try {
    const report = await sweepShortPages({ pointCount: 24, seed: SEED, services: stack.services })
    expect(report.accepted.map(describeCut)).toEqual([])
    expect(report).toMatchObject({ refused: 24, wholeAccepted: 6 })
  } finally {
    await stack.close()
  }
})

it('31: 200 damaged files of LOAD DATA: none leaves a row or a done mark', async () => {
  const testDatabase = await createTestDatabase()
  try {
    const report = await sweepLoads({ pointCount: 200, seed: SEED, testDatabase })
    expect(report.accepted.map(describeLoadCut)).toEqual([])
    expect(report).toMatchObject({ refused: 200, wholeAccepted: 1 })
    expect(Object.keys(report.byForm)).toHaveLength(6)
  } finally {
    await testDatabase.drop()
  }
})
