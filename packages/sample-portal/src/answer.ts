/** What is sent back, before compression and faults. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: AnswerBody
}

export interface AnswerBody {
  /** Makes the whole body; called once at most. */
  readonly make: () => string | Buffer
  /** Equal keys mean equal bodies; without one the body is made anew each time. */
  readonly cacheKey?: string
}

export const JSON_FRONT = 'application/json; charset=utf-8'

/** A JSON answer of the portal's front. */
export function answerJson(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { 'Content-Type': JSON_FRONT, ...headers },
    body: { make: () => JSON.stringify(body) },
  }
}
