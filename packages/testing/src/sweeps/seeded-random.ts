/** A stream of random numbers that is the same for the same seeds. */
export interface SeededRandom {
  /** In [0, 1). */
  next(): number
  /** A whole number in [0, `end`). */
  below(end: number): number
  pick<Item>(items: readonly Item[]): Item
}

/** A stream of its own for each list of seeds, such as `(seed, point)`: a single point replays without those before it. */
export function createSeededRandom(...seeds: readonly number[]): SeededRandom {
  let state = seeds.reduce((mixed, seed) => mixBits(mixed ^ mixBits(seed + 0x9e3779b9)), 0x2545f491)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    return mixBits(state) / 0x1_0000_0000
  }
  const below = (end: number) => Math.floor(next() * end)
  return {
    next,
    below,
    pick<Item>(items: readonly Item[]): Item {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error('there is nothing to pick from')
      return item
    },
  }
}

/** The last step of MurmurHash3: every bit of the input moves about half of the bits of the result. */
function mixBits(value: number): number {
  let bits = value | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
