import { isFault } from '@gather/platform'
import { type Cut, type DamagedAnswer, describeCut, mayBeUnharmed } from './answer-cuts.ts'

export interface TruncationReport {
  readonly seed: number
  readonly pointCount: number
  readonly byForm: Readonly<Record<string, number>>
  /** Refusals by the code of their fault. */
  readonly byCode: Readonly<Record<string, number>>
  readonly refused: number
  /** Answers taken for a page that were not all of it: there must be none. */
  readonly accepted: readonly Cut[]
  /** Damaged answers that lost nothing of the page, such as one without its last line end. */
  readonly unharmed: number
  /** Whole answers, which were all accepted: a client that refuses everything proves nothing. */
  readonly wholeAccepted: number
  /** Cut answers whose fault would not be tried again: there must be none. */
  readonly notRetried: readonly Cut[]
}

/** The rows of an answer, or what it was refused with. */
export type FetchOutcome =
  | { readonly rows: readonly unknown[]; readonly error?: never }
  | { readonly rows?: never; readonly error: unknown }

/** Judges and counts what came of each answer. */
export class TruncationTally {
  readonly #seed: number
  readonly #byForm: Record<string, number> = {}
  readonly #byCode: Record<string, number> = {}
  readonly #accepted: Cut[] = []
  readonly #notRetried: Cut[] = []
  #refused = 0
  #unharmed = 0
  #wholeAccepted = 0

  constructor(seed: number) {
    this.#seed = seed
  }

  add(answer: DamagedAnswer, outcome: FetchOutcome, isComplete: boolean): void {
    this.#byForm[answer.form] = (this.#byForm[answer.form] ?? 0) + 1
    const isWhole = answer.form.endsWith(' whole')
    if (outcome.rows === undefined) this.#addRefused(answer, outcome.error, isWhole)
    else if (isComplete && isWhole) this.#wholeAccepted += 1
    else if (isComplete && mayBeUnharmed(answer.form)) this.#unharmed += 1
    else this.#accepted.push(this.#cut(answer, `${outcome.rows.length} rows accepted`))
  }

  #addRefused(answer: DamagedAnswer, error: unknown, isWhole: boolean): void {
    const cut = this.#cut(answer, isFault(error) ? error.code : String(error))
    if (isWhole || !isFault(error)) throw new Error(describeCut(cut), { cause: error })
    this.#refused += 1
    this.#byCode[error.code] = (this.#byCode[error.code] ?? 0) + 1
    // A flipped bit may make another status of it, which stands for itself.
    if (error.kind !== 'transient' && !answer.form.endsWith(' flipped')) this.#notRetried.push(cut)
  }

  #cut({ point, form, at, of, ending }: DamagedAnswer, outcome: string): Cut {
    return { seed: this.#seed, point, form, at, of, ending, outcome }
  }

  report(): TruncationReport {
    const byForm = Object.entries(this.#byForm)
    return {
      seed: this.#seed,
      pointCount: byForm.reduce((sum, [form, count]) => sum + (form.endsWith(' whole') ? 0 : count), 0),
      byForm: this.#byForm,
      byCode: this.#byCode,
      refused: this.#refused,
      accepted: this.#accepted,
      unharmed: this.#unharmed,
      wholeAccepted: this.#wholeAccepted,
      notRetried: this.#notRetried,
    }
  }
}
