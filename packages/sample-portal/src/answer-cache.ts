import type { Answer } from './answer.ts'

/** Whole answers by key, as a cache in front of the portal keeps them. */
export interface AnswerCache {
  /** The answer under `key` with its `Age`, made anew when there is none or it has reached `maxAgeMs`. */
  take(key: string, age: { readonly maxAgeMs: number; readonly nowMs: number }, make: () => Answer): Answer
}

interface KeptAnswer {
  readonly answer: Answer
  readonly timeMs: number
  readonly bytes: number
}

/** Answers with another status than 200 are never kept; the oldest ones go first once `bytesMax` is passed. */
export function createAnswerCache(bytesMax: number): AnswerCache {
  const kept = new Map<string, KeptAnswer>()
  let bytes = 0
  const drop = (key: string) => {
    bytes -= kept.get(key)?.bytes ?? 0
    kept.delete(key)
  }
  return {
    take: (key, { maxAgeMs, nowMs }, make) => {
      const known = kept.get(key)
      if (known !== undefined && nowMs - known.timeMs < maxAgeMs) {
        return withHeaders(known.answer, { Age: String(Math.floor((nowMs - known.timeMs) / 1000)) })
      }
      const answer = make()
      if (answer.status !== 200 || answer.body === undefined) return answer
      drop(key)
      const body = answer.body.make()
      const madeAt = { Date: new Date(nowMs).toUTCString() }
      const whole = withHeaders({ ...answer, body: { ...answer.body, make: () => body } }, madeAt)
      kept.set(key, { answer: whole, timeMs: nowMs, bytes: body.length })
      bytes += body.length
      for (const oldest of kept.keys()) {
        if (bytes <= bytesMax) break
        drop(oldest)
      }
      return withHeaders(whole, { Age: '0' })
    },
  }
}

function withHeaders(answer: Answer, headers: Readonly<Record<string, string>>): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } }
}
