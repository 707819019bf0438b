import { type NemesisStack, startNemesisStack, stopApps } from '@gather/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { forceDoubleExecutions } from '../../src/sweeps/double-executions.ts'
import { raceSettlers } from '../../src/sweeps/settle-races.ts'

const SEED = 20_261_124
let stack: NemesisStack
beforeAll(async () => {
  stack = await startNemesisStack({
    rowCount: 240,
    topic: {
      page_rows: 6,
      incremental: { strategy: 'cursor', column: 'license_issue_date', operator: '>=' },
    },
    env: { JOB_LOCK_MS: '1000', WORKER_CONCURRENCY: '12' },
  })
})
afterAll(async () => {
  await stopApps()
  await stack.close()
})

it('4: 30 pages whose worker slept past its lock are done twice and stored once', async () => {
  const report = await forceDoubleExecutions({ stack, count: 30, seed: SEED })
  expect(report.violations).toEqual([])
  expect(report.doubleExecutionCount, JSON.stringify(report)).toBeGreaterThanOrEqual(30)
})

it('9: ten settlers at once, 50 times, publish once each and write one final row', async () => {
  const report = await raceSettlers({ stack, rounds: 50, settlerCount: 10, seed: SEED })
  expect(report.violations).toEqual([])
  expect(report).toMatchObject({ roundCount: 50, settleCount: 500, swapCount: 25, mergeCount: 25 })
})
