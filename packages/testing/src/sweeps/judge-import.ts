import type { RunRecord } from '@gather/ledger'
import { isFault } from '@gather/platform'
import type { Violation } from '../checker/check-run.ts'
import { describeDifference, storedRows } from '../checker/compare-rows.ts'
import type { Trial } from '../nemesis/trial.ts'
import type { TestStack } from '../test-stack.ts'
import { type BeginHereOptions, beginHere } from './begin-here.ts'

/** How an import ended, and what was wrong with it. */
export interface JudgedImport {
  /** Such as `succeeded in generation 2 (full)`, `succeeded at once`, `failed by SOURCE_MOVING`, `refused by SOURCE_EMPTY`. */
  readonly outcome: string
  readonly isSuccess: boolean
  readonly reasonCode: string | null
  readonly violations: readonly Violation[]
}

const END_WITHIN_MS = 60_000

/**
 * Imports a data set by processes that run already. Nothing may change after the run's last request, so that a success must hold
 * what the source holds then; after anything else the table must be as it was.
 */
export async function judgeImport(stack: TestStack, options: BeginHereOptions): Promise<JudgedImport> {
  const before = await storedRows(stack.services.database, stack.topic)
  const begun = await beginHere(stack, options).catch((error: unknown) => error)
  if (isFault(begun)) {
    const difference = describeDifference(await storedRows(stack.services.database, stack.topic), before)
    const message = `refused by ${begun.code}, but ${difference}`
    return {
      outcome: `refused by ${begun.code}`,
      isSuccess: false,
      reasonCode: begun.code,
      violations: difference === undefined ? [] : [{ invariant: 'I1', message }],
    }
  }
  if (!isTrial(begun)) throw begun
  const run = await begun.ended(END_WITHIN_MS)
  return {
    outcome: describeEnd(run),
    isSuccess: run.state === 'succeeded',
    reasonCode: run.reasonCode,
    violations: await begun.check(),
  }
}

function describeEnd({ state, reasonCode, strategy, generation, comparison }: RunRecord): string {
  if (state !== 'succeeded') return `${state} by ${reasonCode}`
  const isAtOnce = strategy === 'mirror' && JSON.parse(comparison ?? '{}').bucketsCompared === 0
  return isAtOnce ? 'succeeded at once' : `succeeded in generation ${generation} (${strategy})`
}

const isTrial = (value: unknown): value is Trial =>
  typeof value === 'object' && value !== null && 'runId' in value
