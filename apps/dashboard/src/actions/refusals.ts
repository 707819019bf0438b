import { randomUUID } from 'node:crypto'

/** Why something that was asked for by a form was not done, for the page that the browser is sent to. */
export interface Refusal {
  /** What was not done, such as `The import was not started`. */
  readonly what: string
  /** The sentence of the command line. */
  readonly message: string
  readonly code: string
  /** The run that is in the way. */
  readonly openRun?: string | undefined
}

export interface Refusals {
  /** Gives the name by which {@link Refusals.find} finds it for a while. */
  keep(refusal: Refusal): string
  find(id: string | null): Refusal | undefined
}

const KEPT_MAX = 100

/**
 * Keeps the newest refusals in memory: an address names one and never holds its text, so no link from elsewhere makes our
 * pages say what it likes.
 */
export function createRefusals(): Refusals {
  const kept = new Map<string, Refusal>()
  return {
    keep(refusal) {
      const id = randomUUID()
      kept.set(id, refusal)
      const [oldest] = kept.keys()
      if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest)
      return id
    },
    find: (id) => (id === null ? undefined : kept.get(id)),
  }
}
