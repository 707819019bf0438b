import type { Violation } from '../checker/check-run.ts'
import type { Trial } from '../nemesis/trial.ts'

/** Names one round of a sweep, which replays from it. */
export interface Round {
  readonly seed: number
  /** From 1. */
  readonly roundNo: number
}

/** Holds the run of a round, which must succeed, against all invariants; what is broken names the round. */
export async function checkRound(
  round: Round,
  trial: Trial,
  found: readonly Violation[] = [],
): Promise<Violation[]> {
  const { state, reasonCode, reason } = await trial.ended()
  const failure: Violation[] =
    state === 'succeeded'
      ? []
      : [{ invariant: 'I6', message: `the run ${state} by ${reasonCode}: ${reason}` }]
  const violations = [...found, ...failure, ...(await trial.check())]
  return violations.map(({ invariant, message }) => ({
    invariant,
    message: `${describeRound(round)}: ${message}`,
  }))
}

export const describeRound = ({ seed, roundNo }: Round): string => `seed ${seed}, round ${roundNo}`
