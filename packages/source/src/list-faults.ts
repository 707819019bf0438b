import type { Fault } from '@gather/platform'
import { answerFault } from './errors.ts'
import type { SourceVersion } from './source.ts'

/** Answers that should agree, as they tell of the same rows at the same version, do not. */
export function answersDisagree(url: URL, reason: string): Fault {
  return answerFault({ url, code: 'SOURCE_ANSWERS_DISAGREE', kind: 'transient', reason })
}

/** @throws Fault `SOURCE_ANSWERS_DISAGREE` (transient) */
export function assertSameVersion(url: URL, first: SourceVersion, other: SourceVersion): void {
  if (first.kind === other.kind && first.value === other.value) return
  const reason = `the answers are of two versions of the data set, ${first.value} and ${other.value}`
  throw answersDisagree(url, reason)
}

/** Such rows can be neither told apart nor asked for by a condition. */
export function timeTooFine(url: URL, text: string): Fault {
  const reason = `the :updated_at "${text}" is finer than a millisecond, so rows can't be compared by it`
  return answerFault({ url, code: 'SOURCE_TIME_TOO_FINE', kind: 'terminal', reason })
}
