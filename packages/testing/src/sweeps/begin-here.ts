import { planRun, startRun } from '@gather/runs'
import { storedRows } from '../checker/compare-rows.ts'
import { startReader } from '../checker/reader.ts'
import { type Trial, watchRun } from '../nemesis/trial.ts'
import type { TestStack } from '../test-stack.ts'

export interface BeginHereOptions {
  /** Read everything, whatever the topic's strategy is. @defaultValue true */
  readonly initialize?: boolean
  /** Rows of a page. @defaultValue the topic's own */
  readonly pageRows?: number
  readonly withReader?: boolean
}

const PLAN_WITHIN_MS = 30_000

/** Begins a run in this process, which saves the second that a planner takes to start; no server may die meanwhile. */
export async function beginHere(stack: TestStack, options: BeginHereOptions = {}): Promise<Trial> {
  const { services, topic } = stack
  const before = await storedRows(services.database, topic)
  const { initialize = true, pageRows } = options
  const planOptions = { initialize, pageRows, allowEmpty: false, allowShrink: false }
  const plan = await planRun(services, topic, planOptions, AbortSignal.timeout(PLAN_WITHIN_MS))
  const reader = options.withReader ? startReader(stack.testDatabase.url, topic.target.table) : undefined
  await startRun(services, plan)
  return watchRun(stack, { runId: plan.runId, before, reader })
}
