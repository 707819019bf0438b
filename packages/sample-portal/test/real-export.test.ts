import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { petLicenseColumns, petLicenseDataset, readPortalCsv, type SamplePortal } from '../src/index.ts'
import { fetchRows, fetchText, servePortal } from './served-portal.ts'

/** Real exports lie beside the checkout; where they are missing, generated ones of the same form take their place. */
const DATA = new URL('../../../../shared/data/', import.meta.url)

async function readLicenses(): Promise<Buffer> {
  const file = new URL('seattle_pet_licenses_2019-07.csv.gz', DATA)
  if (existsSync(file)) return gunzipSync(readFileSync(file))
  const portal = await servePortal({ datasets: [petLicenseDataset()] })
  return Buffer.from((await fetchText(portal, '/api/views/jguv-t9rb/rows.csv')).text)
}

async function serveLicenses(csv: Buffer): Promise<SamplePortal> {
  const dataset = readPortalCsv(csv, {
    id: 'jguv-t9rb',
    name: 'Seattle Pet Licenses',
    columns: petLicenseColumns,
  })
  return servePortal({ datasets: [dataset] })
}

test("Seattle's export is served whole, and rows.csv gives it back byte for byte", async () => {
  const csv = await readLicenses()
  const portal = await serveLicenses(csv)
  expect(await fetchRows(portal, 'jguv-t9rb', { $select: 'count(*)' })).toEqual([{ count: '51754' }])
  const { text } = await fetchText(portal, '/api/views/jguv-t9rb/rows.csv')
  expect(Buffer.from(text).equals(csv)).toBe(true)
})

test("Seattle's licences have the species and dates that the counts of the export say", async () => {
  const portal = await serveLicenses(await readLicenses())
  const species = await fetchRows(portal, 'jguv-t9rb', {
    $select: 'species,count(*) as n',
    $group: 'species',
  })
  expect(new Set(species.map((row) => row.species))).toEqual(new Set(['Cat', 'Dog', 'Goat', 'Pig']))
  expect(species.reduce((sum, { n }) => sum + Number(n), 0)).toBe(51_754)
  const [range] = await fetchRows(portal, 'jguv-t9rb', { $select: 'max(license_issue_date) as last' })
  expect(range).toEqual({ last: '2019-07-23T00:00:00.000' })
})

const LOCATIONS = [
  '"unique_key","created_date","nothing","location"',
  '"1","2024-04-16T03:03:15.000",,"\n,  \n(40.67679280229251, -73.7379342313789)"',
  '"2","2024-04-16T02:05:59.000",,',
  '',
].join('\n')

test('a /resource export with newlines in its location cells comes back byte for byte', async () => {
  const file = new URL('nyc_311_resource.csv', DATA)
  const csv = existsSync(file) ? readFileSync(file) : Buffer.from(LOCATIONS)
  const dataset = readPortalCsv(csv, { id: 'erm2-nwe9', name: '311 Service Requests' })
  const portal = await servePortal({ datasets: [dataset] })
  const { text } = await fetchText(portal, '/resource/erm2-nwe9.csv', { $order: ':id' })
  expect(text).toBe(csv.toString())
  const [row] = await fetchRows(portal, 'erm2-nwe9', { $order: ':id', $limit: '1' })
  expect(row?.location).toMatchObject({
    latitude: expect.stringMatching(/^40\./),
    human_address: expect.any(String),
  })
})
