import { createTestDatabase, type TestDatabase } from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

let testDatabase: TestDatabase
beforeAll(async () => {
  testDatabase = await createTestDatabase()
})
afterAll(() => testDatabase.drop())
afterEach(() => testDatabase.database.write('DELETE FROM pet_license'))

let key = 0
const license = (species: string, day: string) => {
  key++
  return [key, `${day} 00:00:00.000`, `S${key}`, null, species, 'Mix', null, '98103', `row-${key}`, null]
}
const store = (rows: readonly (readonly unknown[])[]) =>
  testDatabase.database.write('INSERT INTO pet_license VALUES ?', [rows])
const readCounts = async () => {
  const [rows] = await testDatabase.database.rows<
    { species: string; license_issue_date_year: string; pet_license_count: number }[]
  >('CALL GetLicenseCountBySpeciesYear()')
  return rows!.map((row) => Object.values(row))
}

describe('GetLicenseCountBySpeciesYear', () => {
  it('counts every species for every year present, zeros included, by species and year', async () => {
    await store([
      license('Dog', '2018-01-01'),
      license('Dog', '2018-12-31'),
      license('Cat', '2016-02-29'),
      license('Cat', '2018-06-01'),
      license('Dog', '2003-05-05'),
    ])
    expect(await readCounts()).toEqual([
      ['Cat', '2003', 0],
      ['Cat', '2016', 1],
      ['Cat', '2018', 1],
      ['Dog', '2003', 1],
      ['Dog', '2016', 0],
      ['Dog', '2018', 2],
    ])
  })

  it('knows species and years that the predecessor lost', async () => {
    await store([license('Livestock', '2012-01-01'), license('Pot-bellied pig', '2026-01-01')])
    expect(await readCounts()).toEqual([
      ['Livestock', '2012', 1],
      ['Livestock', '2026', 0],
      ['Pot-bellied pig', '2012', 0],
      ['Pot-bellied pig', '2026', 1],
    ])
  })

  it('loses no licence: the counts add up to the rows', async () => {
    const species = ['Cat', 'Dog', 'Goat', 'Pig', 'cat']
    const rows = Array.from({ length: 500 }, (_, index) =>
      license(species[index % 5]!, `${2000 + (index % 23)}-0${1 + (index % 9)}-11`),
    )
    await store(rows)
    const counts = await readCounts()
    expect(counts).toHaveLength(5 * 23)
    expect(counts.reduce((sum, row) => sum + Number(row[2]), 0)).toBe(500)
  })

  it('gives no row for an empty table', async () => {
    expect(await readCounts()).toEqual([])
  })

  it('gives a licence of the year 0201 its own row', async () => {
    await store([license('Cat', '0201-11-16')])
    expect(await readCounts()).toEqual([['Cat', '201', 1]])
  })
})
