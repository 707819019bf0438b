import { LIMITS } from '@gather/platform'
import { expect, it } from 'vitest'
import { insertPages } from '../src/generation-plan.ts'
import { planPages, type Queryable } from '../src/index.ts'

const BATCH = 1_000

it('S20: the pages of the largest plan are written in batches, each of them once', async () => {
  const sizes: number[] = []
  const session: Queryable = {
    rows: async () => [],
    async write(sql, params = []) {
      const rows = params[0]
      sizes.push(Array.isArray(rows) ? rows.length : (sql.match(/\(\?/g)?.length ?? 0))
      return { affectedRows: 0, info: '', warningCount: 0 }
    },
  }
  await insertPages(session, 'run1', 1, planPages(LIMITS.pagesMax, 1))
  expect(Math.max(...sizes)).toBeLessThanOrEqual(BATCH)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(LIMITS.pagesMax)
})
