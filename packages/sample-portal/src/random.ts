/** Spreads the bits of a 32-bit number (the final step of MurmurHash3). */
export function mixBits(value: number): number {
  let bits = value | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}

/** A number from 0 to 2^32 - 1 that depends on nothing but its arguments. */
export function hashNumbers(seed: number, index: number, salt: number): number {
  const high = Math.floor(index / 0x1_0000_0000)
  return mixBits(
    mixBits(mixBits(index + 0x9e3779b9) ^ Math.imul(salt + 1, 0x27d4eb2f)) ^ mixBits(seed + high),
  )
}

/** A number from 0 to 2^32 - 1 made of the characters of `text` (FNV-1a, then mixed). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return mixBits(hash)
}

/** Numbers from 0 (included) to 1 (excluded), the same sequence for the same seed. */
export type Random = () => number

export function createRandom(seed: number): Random {
  let step = 0
  return () => {
    step += 1
    return hashNumbers(seed, step, 77) / 0x1_0000_0000
  }
}
