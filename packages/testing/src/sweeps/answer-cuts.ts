import { type Encoding, encodeBody, type Framing, frameAnswer } from './answer-bytes.ts'
import { createSeededRandom, type SeededRandom } from './seeded-random.ts'

/**
 * What becomes of an answer:
 * - `died`: the connection ends after so many of its bytes.
 * - `shorter`: the body ends early and the framing says that this was all.
 * - `flipped`: one bit is another one.
 * - `garbage`: some bytes come on top, and the framing counts them.
 * - `whole`: nothing; proves that the others are refused for what they are.
 */
export type Damage = 'died' | 'shorter' | 'flipped' | 'garbage' | 'whole'

/** A way to answer, such as `gzip chunked died`. */
export interface AnswerForm {
  readonly encoding: Encoding
  readonly framing: Framing
  readonly damage: Damage
}

/** One point of the sweep; seed and point give the same one again. */
export interface Cut {
  readonly seed: number
  readonly point: number
  /** As {@link formName} writes it. */
  readonly form: string
  /** Byte of the answer (`died`), byte of the body (`shorter`, `garbage`), bit of the answer (`flipped`). */
  readonly at: number
  readonly of: number
  readonly ending: 'fin' | 'reset'
  /** What was accepted, or how it was refused. */
  readonly outcome: string
}

/** The bytes to send for a point, and how the connection ends after them. */
export interface DamagedAnswer extends Omit<Cut, 'seed' | 'outcome'> {
  readonly bytes: Buffer
}

const FRAMINGS: readonly Framing[] = ['length', 'chunked', 'close']
const ASKED_FOR: readonly Encoding[] = ['raw', 'gzip']

function formsOf(damage: Damage, encodings: readonly Encoding[], framings = FRAMINGS): AnswerForm[] {
  return encodings.flatMap((encoding) => framings.map((framing) => ({ encoding, framing, damage })))
}

/** Whole answers in every form that a client must take. */
export const WHOLE_FORMS: readonly AnswerForm[] = formsOf('whole', ASKED_FOR)

/**
 * What goes wrong. A flipped bit or more bytes inside a raw body make another body that is as good as the first: only TLS
 * finds that, so these are tried where the body has a checksum. A `close` body that is shorter is one whose connection died.
 */
export const DAMAGED_FORMS: readonly AnswerForm[] = [
  ...formsOf('died', ASKED_FOR),
  ...formsOf('shorter', ASKED_FOR, ['length', 'chunked']),
  ...formsOf('flipped', ['gzip']),
  ...formsOf('garbage', ASKED_FOR),
  ...formsOf('shorter', ['deflate', 'br'], ['length']),
]

/**
 * True for forms of damage that may leave the page all it was: nobody can tell a raw body without its last line end from a
 * whole one, if the framing does not. A compressed body without its checksum is not whole, even if all rows can be read.
 */
export const mayBeUnharmed = (form: string): boolean =>
  / (flipped|garbage)$|^raw close died$|^raw \w+ shorter$/.test(form)

export const formName = ({ encoding, framing, damage }: AnswerForm): string =>
  `${encoding} ${framing} ${damage}`

/** The answer of a point: whole ones first, then the forms in turn, their places spread over all bytes and gathered at the edges. */
export function damageAnswer(text: string, seed: number, point: number): DamagedAnswer {
  const random = createSeededRandom(seed, point)
  const turn = point - WHOLE_FORMS.length
  const form = WHOLE_FORMS[point] ?? DAMAGED_FORMS[turn % DAMAGED_FORMS.length] ?? random.pick(DAMAGED_FORMS)
  const share = spreadShare(Math.floor(turn / DAMAGED_FORMS.length), seed)
  const placed = placeDamage(form, encodeBody(text, form.encoding), share, random)
  const ending = form.damage !== 'whole' && random.next() < 0.5 ? 'reset' : 'fin'
  return { point, form: formName(form), ending, ...placed }
}

const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2

/** Shares in [0, 1) that fill the range evenly, however many are taken. */
const spreadShare = (turn: number, seed: number): number =>
  (turn * GOLDEN_RATIO + createSeededRandom(seed).next()) % 1

type Placed = Pick<DamagedAnswer, 'at' | 'of' | 'bytes'>

function placeDamage(form: AnswerForm, body: Buffer, share: number, random: SeededRandom): Placed {
  const { encoding, framing } = form
  const frame = (bytes: Buffer) => frameAnswer(bytes, encoding, framing)
  const answer = frame(body)
  const headBytes = answer.indexOf('\r\n\r\n') + 4
  switch (form.damage) {
    case 'whole':
      return { at: answer.length, of: answer.length, bytes: answer }
    case 'died': {
      const at = choosePlace(answer.length, [0, 1, 9, 15, 17, headBytes - 1, headBytes], share, random)
      return { at, of: answer.length, bytes: answer.subarray(0, at) }
    }
    case 'shorter': {
      const at = choosePlace(body.length, [0, 1, 2, 10], share, random)
      return { at, of: body.length, bytes: frame(body.subarray(0, at)) }
    }
    case 'flipped': {
      const at = Math.min(answer.length - 1, Math.floor(share * answer.length)) * 8 + random.below(8)
      return { at, of: answer.length * 8, bytes: flipBit(answer, at) }
    }
    case 'garbage': {
      const at = encoding === 'raw' ? body.length : choosePlace(body.length + 1, [0, 1, 10], share, random)
      const extra = Buffer.from(Array.from({ length: 1 + random.below(8) }, () => random.below(256)))
      return {
        at,
        of: body.length,
        bytes: frame(Buffer.concat([body.subarray(0, at), extra, body.subarray(at)])),
      }
    }
  }
}

const LAST_BYTES = 12

/** A place below `end`: half of them evenly over all, half at the places where a cut is easily overlooked. */
function choosePlace(end: number, edges: readonly number[], share: number, random: SeededRandom): number {
  if (random.next() < 0.5) return Math.min(end - 1, Math.floor(share * end))
  const last = Array.from({ length: LAST_BYTES }, (_, back) => end - 1 - back)
  return random.pick([...edges, ...last].filter((place) => place >= 0 && place < end))
}

function flipBit(bytes: Buffer, bit: number): Buffer {
  const flipped = Buffer.from(bytes)
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return flipped
}

/** A point in one line, with what replays it. */
export const describeCut = (cut: Cut): string =>
  `seed ${cut.seed}, point ${cut.point}: ${cut.form} at ${cut.at} of ${cut.of}, ${cut.ending}: ${cut.outcome}`
