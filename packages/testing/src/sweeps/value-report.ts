import { DIGEST_CHANGES, type DigestChange } from './digest-changes.ts'
import { valueTopic } from './value-rows.ts'

/** Something that did not come back as it was sent, or a change that a digest did not see. */
export interface ValueMismatch {
  readonly seed: number
  readonly batch: number
  readonly path: StorePath
  readonly what: string
}

export type StorePath = 'load' | 'insert'

export interface ValueReport {
  readonly seed: number
  readonly rowCount: number
  readonly cellCount: number
  /** Cells by the kind of their column's type. */
  readonly byKind: Readonly<Record<string, number>>
  /** Rows by the statement that stored them. */
  readonly byPath: Readonly<Record<StorePath, number>>
  /** Changes of a row that its digest was to see. */
  readonly changes: Readonly<Record<string, number>>
  /** Changes of stored rows that the database's digest was to see. */
  readonly tamperings: number
  /** There must be none. */
  readonly mismatches: readonly ValueMismatch[]
}

/** A sweep ends early when it has found so many mismatches. */
export const MISMATCHES_MAX = 50

/** Counts what a sweep does. */
export class ValueTally {
  readonly #seed: number
  readonly #byPath = { load: 0, insert: 0 }
  readonly #changes = new Map<DigestChange, number>(DIGEST_CHANGES.map((change) => [change, 0]))
  readonly #mismatches: ValueMismatch[] = []
  #tamperings = 0

  constructor(seed: number) {
    this.#seed = seed
  }

  get isFull(): boolean {
    return this.#mismatches.length >= MISMATCHES_MAX
  }

  countRows(path: StorePath, rowCount: number): void {
    this.#byPath[path] += rowCount
  }

  countChange(change: DigestChange): void {
    this.#changes.set(change, (this.#changes.get(change) ?? 0) + 1)
  }

  countTampering(): void {
    this.#tamperings += 1
  }

  addMismatch(mismatch: ValueMismatch): void {
    if (!this.isFull) this.#mismatches.push(mismatch)
  }

  report(): ValueReport {
    const rowCount = this.#byPath.load + this.#byPath.insert
    const byKind: Record<string, number> = {}
    for (const { type } of valueTopic.columns) byKind[type.kind] = (byKind[type.kind] ?? 0) + rowCount
    return {
      seed: this.#seed,
      rowCount,
      cellCount: rowCount * valueTopic.columns.length,
      byKind,
      byPath: this.#byPath,
      changes: Object.fromEntries(this.#changes),
      tamperings: this.#tamperings,
      mismatches: this.#mismatches,
    }
  }
}

/** A mismatch in one line, with what replays it. */
export const describeValueMismatch = ({ seed, batch, path, what }: ValueMismatch): string =>
  `seed ${seed}, batch ${batch} (${path}): ${what}`
