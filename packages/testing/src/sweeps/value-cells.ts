import { EXTREME_DOUBLES } from './extreme-doubles.ts'
import { HOSTILE_MARKS, HOSTILE_TEXTS } from './hostile-texts.ts'
import type { SeededRandom } from './seeded-random.ts'

/** A value as the portal sends it and as the database must give it back, both made from the same parts. */
export interface Cell {
  readonly sent: unknown
  readonly stored: string | null
}

export type CellMaker = (random: SeededRandom) => Cell

/** The ends of the ranges of code points that a text is made of; none holds half a surrogate pair. */
const CODE_POINTS = [
  [0x20, 0x7f],
  [0x00, 0x20],
  [0x80, 0x800],
  [0x800, 0xd800],
  [0xe000, 0x1_0000],
  [0x1_0000, 0x11_0000],
] as const
const RANDOM_CHARS_MAX = 24
const MARKS_MAX = 12

/** Texts of at most 50 characters. */
export const textCell: CellMaker = (random) => {
  const text = makeText(random)
  return { sent: text, stored: text }
}

function makeText(random: SeededRandom): string {
  const sort = random.next()
  if (sort < 0.4) return random.pick(HOSTILE_TEXTS)
  let text = ''
  if (sort < 0.6) {
    for (let left = random.below(MARKS_MAX); left >= 0; left--) text += random.pick(HOSTILE_MARKS)
    return text
  }
  const [start, end] = random.pick(CODE_POINTS)
  for (let left = random.below(RANDOM_CHARS_MAX); left >= 0; left--)
    text += String.fromCodePoint(start + random.below(end - start))
  return text
}

const LONG_CHANCE = 1 / 2_000
const LONG_PARTS = 7_000

/** As {@link textCell}, now and then longer than a TEXT column holds. */
export const longTextCell: CellMaker = (random) => {
  if (random.next() >= LONG_CHANCE) return textCell(random)
  const text = `${makeText(random)}tab\t😀\\`.repeat(LONG_PARTS)
  return { sent: text, stored: text }
}

const WHOLE_ENDS = ['', '', '.0', 'e0', '0e-1'] as const

/** Whole numbers of `bits` bits with a sign, as numbers and in every way a portal writes them. */
export const wholeCell =
  (bits: 32 | 64): CellMaker =>
  (random) => {
    const value = BigInt.asIntN(bits, makeBits(random) >> BigInt(random.below(bits)))
    const edges = [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n, 0n, -1n]
    const chosen = random.next() < 0.1 ? random.pick(edges) : value
    const stored = String(chosen)
    const isNumber = random.next() < 0.3 && Number.isSafeInteger(Number(chosen))
    const sign = chosen >= 0n && random.next() < 0.1 ? '+' : ''
    return { sent: isNumber ? Number(chosen) : `${sign}${stored}${random.pick(WHOLE_ENDS)}`, stored }
  }

const makeBits = (random: SeededRandom): bigint =>
  (BigInt(random.below(2 ** 32)) << 32n) | BigInt(random.below(2 ** 32))

/** Decimals, with or without zeros at the end, or with an exponent. */
export const decimalCell =
  (precision: number, scale: number): CellMaker =>
  (random) => {
    let digits = ''
    for (let left = random.below(precision); left >= 0; left--) digits += String(random.below(10))
    digits = digits.replace(/^0+(?=.)/, '')
    const sign = random.next() < 0.5 && digits !== '0' ? '-' : ''
    const padded = digits.padStart(scale + 1, '0')
    const stored = `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
    const short = stored.replace(/0+$/, '').replace(/\.$/, '')
    return { sent: random.pick([stored, short, `${sign}${digits}E-${scale}`]), stored }
  }

const doubleView = new DataView(new ArrayBuffer(8))

export const doubleCell: CellMaker = (random) => {
  const value = makeDouble(random)
  const stored = String(value === 0 ? 0 : value)
  return { sent: random.next() < 0.5 ? value : String(value), stored }
}

function makeDouble(random: SeededRandom): number {
  const sort = random.next()
  if (sort < 0.2) return random.pick(EXTREME_DOUBLES) * (random.next() < 0.5 ? -1 : 1)
  if (sort < 0.5) return Number(`${random.below(1_000_000)}e${random.below(41) - 20}`)
  doubleView.setUint32(0, random.below(2 ** 32))
  doubleView.setUint32(4, random.below(2 ** 32))
  const value = doubleView.getFloat64(0)
  return Number.isFinite(value) ? value : 0
}

export const booleanCell: CellMaker = (random) => {
  const value = random.next() < 0.5
  return { sent: random.next() < 0.5 ? value : String(value), stored: value ? '1' : '0' }
}

const two = (number: number) => String(number).padStart(2, '0')
const EDGE_DAYS = ['2020-02-29', '2000-02-29', '0201-11-16', '0001-01-01', '9999-12-31'] as const

function makeDay(random: SeededRandom): string {
  if (random.next() < 0.1) return random.pick(EDGE_DAYS)
  const year = String(1 + random.below(9_999)).padStart(4, '0')
  return `${year}-${two(1 + random.below(12))}-${two(1 + random.below(28))}`
}

export const dateCell: CellMaker = (random) => {
  const day = makeDay(random)
  return { sent: `${day}${random.pick(['', 'T00:00:00.000', 'T00:00:00', 'T00:00:00.000Z'])}`, stored: day }
}

export const datetimeCell: CellMaker = (random) => {
  const day = makeDay(random)
  const clock = [random.below(24), random.below(60), random.below(60)].map(two).join(':')
  const time = `${clock}.${String(random.below(1_000)).padStart(3, '0')}`
  return { sent: `${day}T${time}${random.pick(['', 'Z', '000', '000000Z'])}`, stored: `${day} ${time}` }
}

const DEPTH_MAX = 3

/** Anything but null, which stands for no value. */
export const jsonCell: CellMaker = (random) => {
  const value = makeJson(random, 0) ?? {}
  return { sent: value, stored: JSON.stringify(value) }
}

function makeJson(random: SeededRandom, depth: number): unknown {
  const sort = random.below(depth < DEPTH_MAX ? 7 : 5)
  if (sort === 0) return null
  if (sort === 1) return random.next() < 0.5
  if (sort === 2) return makeDouble(random)
  if (sort <= 4) return makeText(random)
  const parts = Array.from({ length: random.below(4) }, () => makeJson(random, depth + 1))
  return sort === 5 ? parts : Object.fromEntries(parts.map((part) => [makeText(random), part]))
}
