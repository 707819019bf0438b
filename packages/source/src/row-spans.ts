import { ARRAY_END, ARRAY_START, COMMA, endOfNested, OBJECT_START, skipSpace } from './json-bytes.ts'
import { NOT_SCANNED, RowScanner } from './scan-row.ts'
import { ValueTape } from './value-tape.ts'

/** Where the rows of a body stand, and their values: row i is `bytes[starts[i]..ends[i])`. */
export interface RowSpans {
  readonly starts: readonly number[]
  readonly ends: readonly number[]
  readonly tape: ValueTape
  /** Where the values of row i end on the tape; they begin where those of the row before end. */
  readonly tapeEnds: readonly number[]
  /** Rows whose values are not on the tape: they have to be parsed whole. */
  readonly unscanned: ReadonlySet<number>
}

/**
 * Finds the rows of a body that is an array of objects, and the values of `fields` in them, without parsing them: of valid
 * JSON exactly its elements. Of what is wrong inside a row, some may not be seen.
 * @returns undefined for anything else
 */
export function findRowSpans(bytes: Uint8Array, fields: readonly string[]): RowSpans | undefined {
  const tape = new ValueTape(bytes.length)
  const scanner = new RowScanner(bytes, fields, tape)
  const starts: number[] = []
  const ends: number[] = []
  const tapeEnds: number[] = []
  const unscanned = new Set<number>()
  let at = skipSpace(bytes, 0)
  if (bytes[at] !== ARRAY_START) return undefined
  at = skipSpace(bytes, at + 1)
  while (bytes[at] === OBJECT_START) {
    const end = scanner.scan(at)
    if (end === NOT_SCANNED) unscanned.add(starts.length)
    starts.push(at)
    at = end === NOT_SCANNED ? endOfNested(bytes, at) : end
    ends.push(at)
    tapeEnds.push(tape.length)
    at = skipSpace(bytes, at)
    if (bytes[at] !== COMMA) break
    at = skipSpace(bytes, at + 1)
    if (bytes[at] !== OBJECT_START) return undefined
  }
  const isWhole = bytes[at] === ARRAY_END && skipSpace(bytes, at + 1) === bytes.length
  return isWhole ? { starts, ends, tape, tapeEnds, unscanned } : undefined
}
