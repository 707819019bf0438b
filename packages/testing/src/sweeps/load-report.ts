import type { FileDamage } from './cut-database.ts'

/** One point of the sweep; seed and point give the same one again. */
export interface LoadCut {
  readonly seed: number
  readonly point: number
  readonly form: FileDamage
  /** Bytes of the file that were sent. */
  readonly at: number
  readonly of: number
  readonly outcome: string
}

export interface LoadReport {
  readonly seed: number
  readonly pointCount: number
  readonly byForm: Readonly<Record<string, number>>
  /** Refusals by the code of their fault. */
  readonly byCode: Readonly<Record<string, number>>
  /** Loads that left no row and no done mark. */
  readonly refused: number
  /** Damaged loads that left a row or a done mark: there must be none. */
  readonly accepted: readonly LoadCut[]
  /** 1 when the same page was stored whole at the end, over the same kind of connection. */
  readonly wholeAccepted: number
}

/** A point in one line, with what replays it. */
export const describeLoadCut = (cut: LoadCut): string =>
  `seed ${cut.seed}, point ${cut.point}: file ${cut.form} after ${cut.at} of ${cut.of} bytes: ${cut.outcome}`
