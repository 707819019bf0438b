import { expect, test } from 'vitest'
import { generatePetLicenses, type PortalRecord, petLicenseDataset } from '../src/index.ts'
import { publishedTimes } from '../src/publishing-batch.ts'

const ROWS = [...generatePetLicenses()]

function countBy(rows: readonly PortalRecord[], key: (row: PortalRecord) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1)
  return counts
}

function valuesOf(fieldName: string): string[] {
  return ROWS.flatMap((row) => (typeof row[fieldName] === 'string' ? [row[fieldName]] : []))
}

test('the default is as many rows as the real set has', () => {
  expect(ROWS).toHaveLength(51_754)
  expect(petLicenseDataset().id).toBe('jguv-t9rb')
})

test('a row depends on seed and index only', () => {
  const few = generatePetLicenses({ rowCount: 100 })
  expect([...few]).toEqual(ROWS.slice(0, 100))
  expect(few.rowAt(51_000)).toEqual(ROWS[51_000])
  expect(generatePetLicenses({ seed: 2 }).rowAt(0)).not.toEqual(ROWS[0])
})

test('licence numbers are never null, a few occur twice, and some rows are wholly equal', () => {
  const repeated = [...countBy(ROWS, (row) => String(row.license_number))].filter(([, count]) => count > 1)
  const equal = [...countBy(ROWS, (row) => JSON.stringify(row))].filter(([, count]) => count > 1)
  expect(valuesOf('license_number')).toHaveLength(ROWS.length)
  expect(repeated.length).toBeGreaterThanOrEqual(15)
  expect(repeated.length).toBeLessThan(40)
  expect(equal.length).toBeGreaterThanOrEqual(2)
  expect(equal.length).toBeLessThan(repeated.length)
})

test('even a small set has two equal pairs', () => {
  const equal = [...countBy(ROWS.slice(0, 40), (row) => JSON.stringify(row)).values()].filter(
    (count) => count > 1,
  )
  expect(equal).toEqual([2, 2])
})

test('issue dates reach from 2003 to July 2019 and are mostly recent', () => {
  const days = valuesOf('license_issue_date').sort()
  expect(days.every((day) => /^\d{4}-\d\d-\d\dT00:00:00\.000$/.test(day))).toBe(true)
  expect(days[0]?.slice(0, 4)).toBe('2003')
  expect(days.at(-1)).toBe('2019-07-23T00:00:00.000')
  expect(days.filter((day) => day < '2017').length / days.length).toBeLessThan(0.01)
})

test('names hold what troubles importers, and none is longer than 50 characters', () => {
  const names = valuesOf('animal_s_name')
  const lengths = names.map((name) => Array.from(name).length)
  expect(Math.max(...lengths)).toBe(50)
  for (const sign of ['"', "'", '\\', ',', 'ë', '\u{1F43E}']) {
    expect(names.some((name) => name.includes(sign))).toBe(true)
  }
  const nullCount = ROWS.length - names.length
  expect(nullCount).toBeGreaterThan(200)
  expect(nullCount).toBeLessThan(400)
})

test('species, breeds and ZIP codes have the shares and forms of the real set', () => {
  expect(new Set(valuesOf('species'))).toEqual(new Set(['Cat', 'Dog', 'Goat', 'Pig']))
  expect(valuesOf('species').filter((name) => name === 'Dog').length / ROWS.length).toBeCloseTo(0.674, 1)
  expect(valuesOf('secondary_breed').length / ROWS.length).toBeCloseTo(0.48, 1)
  const forms = countBy(ROWS, (row) => String(row.zip_code).replaceAll(/\d/g, '9'))
  expect([...forms.keys()].sort()).toEqual(['9999', '99999', '99999-9999', 'null'])
})

test('rows are published in batches of very different sizes, and some are edited later', () => {
  const times = ROWS.map((_, index) => publishedTimes(index))
  const sizes = [
    ...countBy(
      times.map(({ createdAtMs }) => ({ createdAtMs })),
      (row) => JSON.stringify(row),
    ).values(),
  ]
  expect(sizes.length).toBeGreaterThan(80)
  expect(Math.min(...sizes)).toBe(1)
  expect(Math.max(...sizes)).toBe(2000)
  expect(times.every(({ createdAtMs, updatedAtMs }) => updatedAtMs >= createdAtMs)).toBe(true)
  expect(times.some(({ createdAtMs, updatedAtMs }) => updatedAtMs > createdAtMs)).toBe(true)
})
