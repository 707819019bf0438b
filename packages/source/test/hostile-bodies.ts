import fc from 'fast-check'

/** Ways in which a portal may write an array of rows. */
const FORMS = ['plain', 'lines', 'spaces', 'tabs'] as const
type Form = (typeof FORMS)[number]

/** Stands in a value for a number that `JSON.stringify` would write in another form. */
const NUMBER_MARK = /"<number ([-+.eE\d]+)>"/g
const NUMBERS = ['-0', '0.0', '1E5', '1e-7', '1.50e+2', '-1e400', '12345678901234567890', '5e-324']
/** What a reader of bytes could take for something else. */
const MARKS = ['"', '\\', '[', ']', '{', '}', ',', ':', '},{', '"}]', '\\"', '\\\\', '\n', '\0', '\u2028']
const LETTERS = ['a', 'é', '漢', '😀', '\ud83d', '\ude00', '\ufeff', '\uffff', '\x7f', ' ']

const anyText = fc.oneof(
  fc.array(fc.constantFrom(...MARKS, ...LETTERS), { maxLength: 8 }).map((marks) => marks.join('')),
  fc.string({ unit: 'binary', maxLength: 12 }),
  // Surrogates with and without their other half.
  fc
    .array(fc.integer({ max: 0xffff, min: 0 }), { maxLength: 6 })
    .map((units) => String.fromCharCode(...units)),
)
const anyKey = fc.oneof(anyText, fc.constantFrom('__proto__', 'constructor', 'toString', ':id', '0', ''))

interface Tree {
  readonly value: unknown
  readonly object: Record<string, unknown>
}

const { value: anyValue, object: anyObject } = fc.letrec<Tree>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    anyText,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.constantFrom(...NUMBERS.map((number) => `<number ${number}>`)),
    fc.constantFrom(null, true, false),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  // Unlike an assignment this makes a key named __proto__ one of the object's own.
  object: fc
    .array(fc.tuple(anyKey, tie('value')), { maxLength: 4 })
    .map((entries) => Object.fromEntries(entries)),
}))

const smallRow = fc.record({ ':id': fc.nat(), name: anyValue }, { requiredKeys: [] })
const anyRows = fc.oneof(
  { weight: 4, arbitrary: fc.array(anyObject, { maxLength: 6 }) },
  // More than are parsed at once.
  { weight: 1, arbitrary: fc.array(smallRow, { minLength: 60, maxLength: 140, size: 'max' }) },
)

/** Rows and the form to write them in. */
export const anyBody = fc.record({ rows: anyRows, form: fc.constantFrom(...FORMS) })

/** The text of a body. */
export function writeRows(rows: readonly unknown[], form: Form): string {
  const texts = {
    plain: () => JSON.stringify(rows),
    lines: () => `[${rows.map((row) => JSON.stringify(row)).join('\n,')}]\n`,
    spaces: () => JSON.stringify(rows, undefined, 2),
    tabs: () => `\r\n${JSON.stringify(rows, undefined, '\t').replaceAll('\n', '\r\n')} \t`,
  }
  return texts[form]().replaceAll(NUMBER_MARK, '$1')
}

/** What happens to a body at the byte `at`, counted around its end. */
export interface Damage {
  readonly kind: 'replaced' | 'flipped' | 'inserted' | 'deleted' | 'cut' | 'doubled'
  readonly at: number
  readonly byte: number
  /** How many bytes are deleted or doubled. */
  readonly span: number
}

const TELLING_BYTES = [...Buffer.from('"\\[]{},: \n0e'), 0x00, 0x80, 0xc3, 0xe2, 0xed, 0xef, 0xf0, 0xff]

export const anyDamage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom('replaced', 'flipped', 'inserted', 'deleted', 'cut', 'doubled'),
  at: fc.nat({ max: 100_000 }),
  byte: fc.oneof(fc.constantFrom(...TELLING_BYTES), fc.integer({ max: 255, min: 0 })),
  span: fc.oneof(fc.constant(1), fc.integer({ max: 40, min: 1 })),
})

/** A copy of a body with this damage. */
export function damageBody(body: Buffer, { kind, at: place, byte, span }: Damage): Buffer {
  const at = body.length === 0 ? 0 : place % body.length
  const before = body.subarray(0, at)
  const behind = body.subarray(at)
  const damaged = {
    replaced: () => [before, [byte], behind.subarray(1)],
    flipped: () => [before, [(behind[0] ?? 0) ^ (1 << (byte & 7))], behind.subarray(1)],
    inserted: () => [before, [byte], behind],
    deleted: () => [before, behind.subarray(span)],
    cut: () => [before],
    doubled: () => [before, behind.subarray(0, span), behind],
  }
  return Buffer.concat(damaged[kind]().map((part) => Buffer.from(part)))
}

const PIECES = [
  '{}',
  '{"a":1}',
  ',',
  '"',
  '\\',
  '[',
  ']',
  '{',
  '}',
  ':',
  '1',
  '"a"',
  '"a":',
  ' ',
  '\n',
  'é',
  '\ufeff',
]
const ROW_PIECES = ['{}', '{"a":[{}]}', '{"a"}', '{]', '{"]":"\\""}', '{"a":1}x', '1', '[]', '', '{"a":{}']

/** Pieces of JSON in any order: alone, or separated by commas in an array, which makes more of them pages. */
export const anyPieces = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join(''))),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => Buffer.from(`[${pieces.join('')}]`)),
  fc
    .array(fc.constantFrom(...ROW_PIECES), { maxLength: 5 })
    .map((rows) => Buffer.from(`[${rows.join(',')}]`)),
)
