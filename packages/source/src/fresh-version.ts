import type { Fault } from '@gather/platform'
import { answerFault } from './errors.ts'
import { isExactVersion } from './replica-version.ts'
import type { SourceVersion } from './source.ts'

/** Versions are told to the second, by a clock that need not be the one that tells the time of the answer. */
const FRESH_MS = 2_000

/**
 * A time told to the second is no version while that second lasts: rows that change again in it would bear the same one, and
 * pages from before and after that change could not be told apart.
 * @throws Fault `SOURCE_JUST_CHANGED` (transient)
 */
export function refuseFreshVersion(url: URL, version: SourceVersion, answeredAtMs: number): void {
  if (isExactVersion(version)) return
  const ageMs = answeredAtMs - Date.parse(version.value)
  if (ageMs < FRESH_MS) throw justChanged(url, Math.min(FRESH_MS, FRESH_MS - ageMs))
}

function justChanged(url: URL, retryAfterMs: number): Fault {
  const reason =
    'the data set changed a moment ago, and the portal does not tell its version so exactly that another change would show'
  return answerFault({ url, code: 'SOURCE_JUST_CHANGED', kind: 'transient', reason, retryAfterMs })
}
