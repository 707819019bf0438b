import { type NemesisStack, stopApps } from '@gather/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runIncrementalSchedules } from '../../src/sweeps/incremental-schedules.ts'
import { startMutationStack } from '../../src/sweeps/mutation-schedules.ts'

const SEED = 20_261_128
const SCHEDULES = 20
let stack: NemesisStack
beforeAll(async () => {
  stack = await startMutationStack()
})
afterAll(async () => {
  await stopApps()
  await stack.close()
})

it('25, 45: random schedules of changes of source, table and processes around incremental runs end exact, or with a reason', async () => {
  const report = await runIncrementalSchedules({ stack, seed: SEED, scheduleCount: SCHEDULES })
  expect(report.violations).toEqual([])
  expect(report.scheduleCount).toBe(SCHEDULES)
  const merged = Object.keys(report.outcomes).filter((outcome) => outcome.endsWith('(mirror)'))
  expect(merged.length, JSON.stringify(report)).toBeGreaterThanOrEqual(2)
  expect(Object.keys(report.strikes).length, JSON.stringify(report)).toBeGreaterThanOrEqual(12)
})
