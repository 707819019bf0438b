import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digestColumns } from '../src/canonical.ts'
import { encoderOf } from '../src/encode-value.ts'
import { ValueProblem } from '../src/value-problem.ts'
import { topicOf } from './topic-of.ts'

const encodeDatetime = encoderOf({ type: { kind: 'datetime' }, nullable: true })
const encodeDate = encoderOf({ type: { kind: 'date' }, nullable: true })
const [datetimeColumn, dateColumn] = digestColumns(topicOf({ t: { type: 'datetime' }, d: { type: 'date' } }))

const FORM = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?Z?)?$/

/** What has to be stored of a timestamp, by way of `Date`; undefined where it has to be refused. */
function expectedText(timestamp: string): string | undefined {
  if (!FORM.test(timestamp) || timestamp.startsWith('0000')) return undefined
  const [toSecond = '', decimals = ''] = timestamp.replace('Z', '').replace(' ', 'T').split('.')
  if (/[1-9]/.test(decimals.slice(3))) return undefined
  const inFull = `${toSecond}${'T00:00:00'.slice(toSecond.length - 10)}`
  const date = new Date(`${inFull}.${decimals.slice(0, 3).padEnd(3, '0')}Z`)
  // A day or an hour that is not becomes another one, or none.
  if (Number.isNaN(date.getTime()) || !date.toISOString().startsWith(inFull)) return undefined
  return `${date.toISOString().slice(0, 10)} ${date.toISOString().slice(11, 23)}`
}

/** The text that is stored, or why there is none. */
function outcomeOf(encode: (value: unknown) => string | null, value: unknown) {
  try {
    return { text: encode(value) }
  } catch (error) {
    if (error instanceof ValueProblem) return { refused: error.message }
    throw error
  }
}

const storedText = (timestamp: unknown) => outcomeOf(encodeDatetime, timestamp).text

/** Encoder and digest have each code of their own; both must make of it what `Date` does. */
function checkTimestamp(timestamp: string): void {
  const expected = expectedText(timestamp)
  expect([timestamp, storedText(timestamp)]).toEqual([timestamp, expected])
  if (expected === undefined) return
  expect([timestamp, datetimeColumn?.text(timestamp)]).toEqual([timestamp, expected])
  const day = expected.endsWith(' 00:00:00.000') ? expected.slice(0, 10) : undefined
  expect([timestamp, outcomeOf(encodeDate, timestamp).text]).toEqual([timestamp, day])
  if (day !== undefined) expect([timestamp, dateColumn?.text(timestamp)]).toEqual([timestamp, day])
}

const numbers = (first: number, last: number) => fc.integer({ min: first, max: last })
const two = (number: number) => String(number).padStart(2, '0')
const anyYear = fc.oneof(
  fc.constantFrom(
    '0000',
    '0001',
    '0004',
    '0099',
    '0100',
    '1582',
    '1900',
    '1970',
    '2000',
    '2019',
    '2020',
    '9999',
  ),
  numbers(0, 9_999).map((year) => String(year).padStart(4, '0')),
)
const anyMonth = fc.oneof({ weight: 20, arbitrary: numbers(1, 12) }, { weight: 1, arbitrary: numbers(0, 19) })
const anyDay = fc.oneof(
  { weight: 10, arbitrary: numbers(1, 28) },
  { weight: 10, arbitrary: numbers(28, 31) },
  { weight: 1, arbitrary: numbers(0, 39) },
)
const anyDate = fc
  .tuple(anyYear, anyMonth, anyDay)
  .map(([year, month, day]) => `${year}-${two(month)}-${two(day)}`)
const hoursOrSo = fc.oneof(
  { weight: 20, arbitrary: numbers(0, 23) },
  { weight: 1, arbitrary: numbers(0, 29) },
)
const sixtyOrSo = fc.oneof(
  { weight: 20, arbitrary: numbers(0, 59) },
  { weight: 1, arbitrary: numbers(0, 69) },
)
const anyClock = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(hoursOrSo, sixtyOrSo, sixtyOrSo) },
  { weight: 1, arbitrary: fc.constantFrom([0, 0, 0], [23, 59, 59], [24, 0, 0], [23, 60, 0], [23, 59, 60]) },
)
/** Up to ten decimals, one more than are taken; those after the third mostly zeros. */
const anyDecimals = fc.oneof(
  fc.constantFrom('000', '999', ''),
  fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 10 }),
  fc
    .tuple(numbers(0, 999), numbers(0, 7))
    .map(([milliseconds, zeros]) => `${String(milliseconds).padStart(3, '0')}${'0'.repeat(zeros)}`),
)
const anyTime = fc
  .tuple(anyClock, anyDecimals)
  .chain(([clock, decimals]) =>
    fc.constantFrom(
      clock.slice(0, 2).map(two).join(':'),
      clock.map(two).join(':'),
      `${clock.map(two).join(':')}.${decimals}`,
      `${clock.map(two).join(':')}.${decimals}`,
    ),
  )
const anyTimestamp = fc.oneof(
  { weight: 1, arbitrary: anyDate },
  {
    weight: 9,
    arbitrary: fc
      .tuple(anyDate, fc.constantFrom('T', 'T', ' '), anyTime, fc.constantFrom('', 'Z'))
      .map((parts) => parts.join('')),
  },
)
/** In the form in which portals write most, on days and at times that are or are not. */
const anyInFull = fc
  .tuple(anyDate, anyClock, numbers(0, 999), fc.constantFrom('', 'Z'))
  .map(([day, clock, ms, zone]) => ({
    day,
    time: `${clock.map(two).join(':')}.${String(ms).padStart(3, '0')}`,
    zone,
  }))

describe('a timestamp', () => {
  it('of any form is stored and digested as Date reads it, or refused', () => {
    fc.assert(fc.property(anyTimestamp, checkTimestamp), { numRuns: 5_000, seed: 42 })
  })

  it('in full is worth what it is worth in every other form, and refused for the same reason', () => {
    const column = (value: string) => datetimeColumn?.text(value)
    fc.assert(
      fc.property(anyInFull, ({ day, time, zone }) => {
        const inFull = `${day}T${time}${zone}`
        const outcome = outcomeOf(encodeDatetime, inFull)
        for (const other of [
          `${day} ${time}${zone}`,
          `${day}T${time}000${zone}`,
          `${day} ${time}000000${zone}`,
        ]) {
          expect([inFull, outcomeOf(encodeDatetime, other)]).toEqual([inFull, outcome])
          if ('text' in outcome) expect([inFull, column(other)]).toEqual([inFull, column(inFull)])
        }
      }),
      { numRuns: 3_000, seed: 42 },
    )
  })

  it('with a character too many, too few or another one is what Date takes it for, or refused', () => {
    const anyMark = fc.constantFrom(...'0123456789TZtz:.- +\n\0', '٣', '３', '')
    const changed = fc
      .tuple(anyInFull, numbers(0, 24), numbers(0, 1), anyMark)
      .map(([{ day, time, zone }, place, removed, mark]) => {
        const inFull = `${day}T${time}${zone}`
        return `${inFull.slice(0, place)}${mark}${inFull.slice(place + removed)}`
      })
    fc.assert(fc.property(changed, checkTimestamp), { numRuns: 5_000, seed: 42 })
  })

  it('on the last days of every month, and on days that are not, at the start and the end of the day', () => {
    for (const year of ['0000', '0001', '0004', '1900', '2000', '2019', '2020', '9999'])
      for (let month = 0; month <= 13; month++)
        for (const day of [0, 1, 27, 28, 29, 30, 31, 32])
          for (const time of ['', 'T00:00:00.000', 'T23:59:59.999Z', ' 00:00:00.000'])
            checkTimestamp(`${year}-${two(month)}-${two(day)}${time}`)
  })

  it('at every hour, minute and second that is or is not', () => {
    for (const day of ['2020-02-28', '2020-02-29', '2019-12-31'])
      for (let number = 0; number < 100; number++)
        for (const end of ['', 'Z', '000']) {
          checkTimestamp(`${day}T${two(number)}:00:00.000${end}`)
          checkTimestamp(`${day}T00:${two(number)}:00.000${end}`)
          checkTimestamp(`${day}T00:00:${two(number)}.000${end}`)
        }
  })

  it.each([
    ['2019-01-01T00:00:00.12Z', '2019-01-01 00:00:00.120'],
    ['2019-01-01 00:00:00.12Z', '2019-01-01 00:00:00.120'],
    ['2019-01-01T00:00:00.1Z', '2019-01-01 00:00:00.100'],
    ['2019-01-01T00:00:00Z', '2019-01-01 00:00:00.000'],
    ['2019-01-01T00:00Z', '2019-01-01 00:00:00.000'],
    ['2019-01-01T00:00:00.1', '2019-01-01 00:00:00.100'],
    ['2019-01-01T00:00:00.12', '2019-01-01 00:00:00.120'],
    ['2019-01-01T00:00:00.123', '2019-01-01 00:00:00.123'],
    ['2019-01-01T00:00:00.123Z', '2019-01-01 00:00:00.123'],
    ['2019-01-01T00:00:00.1230', '2019-01-01 00:00:00.123'],
    ['2019-01-01T00:00:00.1230Z', '2019-01-01 00:00:00.123'],
    ['2019-01-01T00:00:00.123000000', '2019-01-01 00:00:00.123'],
    ['2019-01-01T00:00:00.123000000Z', '2019-01-01 00:00:00.123'],
    ['2020-02-29T23:59:59.999', '2020-02-29 23:59:59.999'],
    ['2020-12-31T23:59:59.999Z', '2020-12-31 23:59:59.999'],
    ['0001-01-01T00:00:00.000', '0001-01-01 00:00:00.000'],
    ['9999-12-31T23:59:59.999', '9999-12-31 23:59:59.999'],
  ])('%s is %s', (sent, stored) => {
    expect(storedText(sent)).toBe(stored)
    expect(datetimeColumn?.text(sent)).toBe(stored)
    expect(expectedText(sent)).toBe(stored)
  })

  it.each([
    ['0000-01-01T00:00:00.000', 'there is no such day'],
    ['2019-02-29T00:00:00.000', 'there is no such day'],
    ['2019-04-31T00:00:00.000Z', 'there is no such day'],
    ['2019-00-01T00:00:00.000', 'there is no such day'],
    ['2019-13-01T00:00:00.000', 'there is no such day'],
    ['2019-01-00T00:00:00.000', 'there is no such day'],
    ['2019-01-01T24:00:00.000', 'there is no such time'],
    ['2019-01-01T00:60:00.000', 'there is no such time'],
    ['2019-01-01T00:00:60.000Z', 'there is no such time'],
    ['2019-01-01T00:00:00.000\n', 'it is not a timestamp'],
    ['\n2019-01-01T00:00:00.000', 'it is not a timestamp'],
    ['2019-01-01t00:00:00.000', 'it is not a timestamp'],
    ['2019-01-01T00:00:00.000ZZ', 'it is not a timestamp'],
    ['2019-01-01T00:00:00.', 'it is not a timestamp'],
    ['2019-01-01Z', 'it is not a timestamp'],
    ['2019-01-01T00:00:00.0000001', 'it has more than three decimals of a second'],
    [['2019-01-01T00:00:00.000'], 'it is not a timestamp'],
    [{ toString: (): string => '2019-01-01T00:00:00.000' }, 'it is not a timestamp'],
  ])('%j is refused: %s', (sent, why) => {
    expect(outcomeOf(encodeDatetime, sent)).toEqual({ refused: why })
  })
})
