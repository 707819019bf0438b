/** A text that stands in the body as it is: where it begins and ends, without its quotes. */
export const PLAIN = 0
/** Anything else: where it begins and ends, to be parsed. */
export const PARSED = 1

export const INTS_PER_VALUE = 3
const BYTES_PER_VALUE_EXPECTED = 24

/** Where the values of a page's rows stand in its body, one after the other: rows leave out what is null. */
export class ValueTape {
  /** Per value: twice its field plus its kind, where it begins, where it ends. */
  ints: Int32Array
  length = 0

  constructor(bodyBytes: number) {
    this.ints = new Int32Array(INTS_PER_VALUE * (Math.ceil(bodyBytes / BYTES_PER_VALUE_EXPECTED) + 1))
  }

  add(field: number, kind: number, start: number, end: number): void {
    const at = this.length
    if (at + INTS_PER_VALUE > this.ints.length) this.#grow()
    const { ints } = this
    ints[at] = 2 * field + kind
    ints[at + 1] = start
    ints[at + 2] = end
    this.length = at + INTS_PER_VALUE
  }

  #grow(): void {
    const larger = new Int32Array(2 * this.ints.length)
    larger.set(this.ints)
    this.ints = larger
  }
}
