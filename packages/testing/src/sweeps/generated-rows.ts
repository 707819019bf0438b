import fc from 'fast-check'
import { EXTREME_DOUBLES } from './extreme-doubles.ts'
import { HOSTILE_MARKS, HOSTILE_TEXTS } from './hostile-texts.ts'

/** A value as the portal sends it and as the database must give it back, both made from the same parts. */
export interface Sample {
  readonly sent: unknown
  readonly stored: string | null
}

const hostileText = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.string({ unit: 'binary', maxLength: 25 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.array(fc.constantFrom(...HOSTILE_MARKS), { maxLength: 20 }).map((parts) => parts.join('')),
)

const text = hostileText
  .filter((value) => [...value].length <= 50)
  .map((value) => ({ sent: value, stored: value }))

const wholeNumber = (min: bigint, max: bigint) =>
  fc
    .tuple(
      fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(min, max, 0n, -1n, 1n)),
      fc.constantFrom('', '+', '.0', 'e0', '0e-1'),
    )
    .map(([value, form]) => ({ sent: writeWhole(value, form), stored: String(value) }))

function writeWhole(value: bigint, form: string): string | number {
  if (form === '') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (form === '+') return value < 0n ? String(value) : `+${value}`
  return `${value}${form}`
}

/** Decimals with 4 digits after the point, written with or without their zeros, or with an exponent. */
const decimal = fc
  .tuple(
    fc.bigInt({ min: -(10n ** 18n - 1n), max: 10n ** 18n - 1n }),
    fc.constantFrom('plain', 'short', 'exponent'),
  )
  .map(([unscaled, form]) => {
    const sign = unscaled < 0n ? '-' : ''
    const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(5, '0')
    const plain = `${sign}${digits.slice(0, -4)}.${digits.slice(-4)}`
    const short = plain.replace(/\.?0+$/, '')
    return { sent: form === 'plain' ? plain : form === 'short' ? short : `${unscaled}E-4`, stored: plain }
  })

export const finiteDouble = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ noNaN: true, min: -1e16, max: 1e16 }),
  fc
    .tuple(fc.integer({ min: 1, max: 999_999 }), fc.integer({ min: -20, max: 20 }))
    .map(([digits, power]) => Number(`${digits}e${power}`)),
  fc.constantFrom(...EXTREME_DOUBLES),
)

const double = fc.tuple(finiteDouble, fc.boolean()).map(([value, asText]) => {
  const written = Object.is(value, -0) ? 0 : value
  return { sent: asText ? String(value) : value, stored: String(written) }
})

const truth = fc
  .tuple(fc.boolean(), fc.boolean())
  .map(([value, asText]) => ({ sent: asText ? String(value) : value, stored: value ? '1' : '0' }))

const two = (number: number) => String(number).padStart(2, '0')
const day = fc
  .tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([year, month, date]) => `${String(year).padStart(4, '0')}-${two(month)}-${two(date)}`)
const dayOrEdge = fc.oneof(
  day,
  fc.constantFrom('2020-02-29', '2000-02-29', '0201-11-16', '0001-01-01', '9999-12-31'),
)

const date = fc
  .tuple(dayOrEdge, fc.constantFrom('', 'T00:00:00.000', 'T00:00:00', 'T00:00:00.000Z'))
  .map(([value, rest]) => ({ sent: `${value}${rest}`, stored: value }))

const datetime = fc
  .tuple(
    dayOrEdge,
    fc.integer({ min: 0, max: 86_399 }),
    fc.integer({ min: 0, max: 999 }),
    fc.constantFrom('', 'Z', '000', '000000Z'),
  )
  .map(([value, seconds, millis, end]) => {
    const time = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${String(millis).padStart(3, '0')}`
    return { sent: `${value}T${time}${end}`, stored: `${value} ${time}` }
  })

const json = fc
  .oneof(
    fc.jsonValue(),
    hostileText,
    fc.record({ latitude: fc.string(), human_address: hostileText }),
    fc.constant({ type: 'Point', coordinates: [-122.33, 47.6] }),
  )
  .map((value) =>
    value === null ? { sent: null, stored: null } : { sent: value, stored: JSON.stringify(value) },
  )

const orNull = (arbitrary: fc.Arbitrary<Sample>) =>
  fc.oneof(
    { weight: 6, arbitrary },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Sample>({ sent: null, stored: null }, { sent: undefined, stored: null }),
    },
  )

/** A column of every type that a topic can name. */
export const ALL_TYPES = {
  a_varchar: { type: 'varchar(50)' },
  a_text: { type: 'text' },
  a_mediumtext: { type: 'mediumtext' },
  a_longtext: { type: 'longtext' },
  an_int: { type: 'int' },
  a_bigint: { type: 'bigint' },
  a_decimal: { type: 'decimal(18,4)' },
  a_double: { type: 'double' },
  a_boolean: { type: 'boolean' },
  a_date: { type: 'date' },
  a_datetime: { type: 'datetime' },
  a_json: { type: 'json' },
  never_null: { type: 'varchar(50)', null: false },
} as const

const sampleRow = fc.record({
  a_varchar: orNull(text),
  a_text: orNull(text),
  a_mediumtext: orNull(text),
  a_longtext: orNull(text),
  an_int: orNull(wholeNumber(-(2n ** 31n), 2n ** 31n - 1n)),
  a_bigint: orNull(wholeNumber(-(2n ** 63n), 2n ** 63n - 1n)),
  a_decimal: orNull(decimal),
  a_double: orNull(double),
  a_boolean: orNull(truth),
  a_date: orNull(date),
  a_datetime: orNull(datetime),
  a_json: orNull(json),
  never_null: text,
})

export interface SampleRow {
  readonly sent: Readonly<Record<string, unknown>>
  /** In the order of the columns: the topic's own, row id, time of the last change. */
  readonly stored: readonly (string | null)[]
}

/** Any row of {@link ALL_TYPES}. */
export const anyRow = (rowId: string): fc.Arbitrary<SampleRow> =>
  fc.tuple(sampleRow, orNull(datetime)).map(([row, changed]) => {
    const fields = Object.entries(row).flatMap(([name, value]) =>
      value.sent === undefined ? [] : [[name, value.sent]],
    )
    const names = Object.keys(ALL_TYPES) as (keyof typeof row)[]
    return {
      sent: { ...Object.fromEntries(fields), ':id': rowId, ':updated_at': changed.sent },
      stored: [...names.map((name) => row[name].stored), rowId, changed.stored],
    }
  })

export interface SampleRows {
  readonly sent: readonly SampleRow['sent'][]
  /** In the order of the columns: key, the topic's own, row id, time of the last change. */
  readonly stored: readonly (readonly (string | null)[])[]
}

/** Rows of {@link ALL_TYPES}, always the same ones for a seed. */
export function generateRows(rowCount: number, seed: number): SampleRows {
  const samples = fc.sample(anyRow(''), { numRuns: rowCount, seed })
  const rowIdAt = Object.keys(ALL_TYPES).length
  return {
    sent: samples.map(({ sent }, index) => ({ ...sent, ':id': `row-${index}` })),
    stored: samples.map(({ stored }, index) => [String(index + 1), ...stored.with(rowIdAt, `row-${index}`)]),
  }
}
