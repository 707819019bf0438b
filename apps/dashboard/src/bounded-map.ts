/** Keeps the values that were set last, `sizeMax` of them at most. */
export class BoundedMap<Key, Value> {
  readonly #values = new Map<Key, Value>()
  readonly #sizeMax: number

  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax
  }

  has(key: Key): boolean {
    return this.#values.has(key)
  }

  get(key: Key): Value | undefined {
    return this.#values.get(key)
  }

  /** A map keeps the order of its entries: the first one is the one that was set first. */
  set(key: Key, value: Value): void {
    const [oldest] = this.#values.keys()
    if (this.#values.size >= this.#sizeMax && oldest !== undefined) this.#values.delete(oldest)
    this.#values.set(key, value)
  }
}
