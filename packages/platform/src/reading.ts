import { isFault, toFault } from './fault.ts'

/** What was read, or the sentence that says why it could not be. */
export type Reading<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: string }

/**
 * Waits for `work` at most `limitMs` and never rejects: a service that is away makes a page poorer, not absent.
 * @param subject - what the sentence of a time-out begins with, such as `Redis`
 * @param onUnexpected - told of what is no fault of ours, whose text a reader is spared
 */
export async function tryReading<Value>(
  work: Promise<Value>,
  { subject, limitMs, onUnexpected }: ReadingOptions,
): Promise<Reading<Value>> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Reading<Value>>((resolve) => {
    const problem = `${subject} did not answer within ${limitMs / 1000} s`
    timer = setTimeout(() => resolve({ ok: false, problem }), limitMs)
  })
  const read = work.then(
    (value): Reading<Value> => ({ ok: true, value }),
    (error: unknown): Reading<Value> => {
      if (isFault(error)) return { ok: false, problem: error.message }
      onUnexpected(toFault(error))
      return { ok: false, problem: `${subject} could not be read; the log says why` }
    },
  )
  const reading = await Promise.race([read, late])
  clearTimeout(timer)
  return reading
}

export interface ReadingOptions {
  readonly subject: string
  readonly limitMs: number
  readonly onUnexpected: (error: Error) => void
}
