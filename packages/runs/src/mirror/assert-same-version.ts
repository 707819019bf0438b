import { Fault } from '@gather/platform'
import type { SourceVersion } from '@gather/source'

/** @throws Fault `SOURCE_ANSWERS_DISAGREE` (transient): answers that are compared are of two versions */
export function assertSameVersion(first: SourceVersion, now: SourceVersion): void {
  if (now.kind === first.kind && now.value === first.value) return
  const message = `the source moved from version ${first.value} to ${now.value} while it was compared`
  throw new Fault({ code: 'SOURCE_ANSWERS_DISAGREE', kind: 'transient', message })
}
