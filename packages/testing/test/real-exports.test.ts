import {
  type DatasetHandle,
  PET_LICENSE_DATASET_ID,
  type PortalRecord,
  petLicenseColumns,
  startSamplePortal,
} from '@gather/sample-portal'
import { expect, onTestFinished, test } from 'vitest'
import {
  applyDeletes,
  applyInserts,
  applyUpdates,
  changeToExport,
} from '../src/real-exports/change-to-export.ts'
import { contentOf, planChange } from '../src/real-exports/plan-change.ts'
import { hasRealExports, readRealExport } from '../src/real-exports/read-real-export.ts'

async function serve(rows: readonly PortalRecord[]): Promise<DatasetHandle> {
  const columns = petLicenseColumns
  const portal = await startSamplePortal({
    datasets: [{ id: PET_LICENSE_DATASET_ID, name: 'Licences', columns, rows }],
  })
  onTestFinished(() => portal.close())
  return portal.dataset(PET_LICENSE_DATASET_ID)
}

const licence = (license_number: string, animal_s_name: string | null, zip_code?: string): PortalRecord => ({
  license_number,
  animal_s_name,
  ...(zip_code === undefined ? {} : { zip_code }),
})

const contents = (rows: Iterable<PortalRecord>): string[] => Array.from(rows, contentOf).sort()
const idsOf = (rows: readonly PortalRecord[]): unknown[] => rows.map((row) => row[':id'])

const OLD_ROWS = [
  licence('1', 'Twin', '98101'),
  licence('1', 'Twin', '98101'),
  licence('2', 'Moved', '98102'),
  licence('3', 'Gone'),
  licence('4', 'Same', '98104'),
]
const NEW_ROWS = [
  licence('5', 'New', '98105'),
  licence('4', 'Same', '98104'),
  licence('2', 'Moved'),
  licence('1', 'Twin', '98101'),
  licence('1', null, '98101'),
  licence('1', 'Third', '98101'),
]

test('the real exports lie beside the checkout', () => {
  expect(hasRealExports(), 'the real exports of pet licences are absent from ../shared/data').toBe(true)
  expect(readRealExport('2019-04')).toHaveLength(51_366)
  expect(readRealExport('2019-07')).toHaveLength(51_754)
})

test('equal rows stay one for one, the same number is an update, the rest goes or comes', async () => {
  const dataset = await serve(OLD_ROWS)
  const before = dataset.rows()
  const plan = planChange(before, NEW_ROWS)
  expect([...plan.updates]).toEqual([
    [before[1]?.[':id'], licence('1', null, '98101')],
    [before[2]?.[':id'], { license_number: '2', animal_s_name: 'Moved', zip_code: null }],
  ])
  expect([...plan.deletedIds]).toEqual([before[3]?.[':id']])
  expect(plan.inserts).toEqual([licence('5', 'New', '98105'), licence('1', 'Third', '98101')])
})

test('a planned change may be done in any order, at different moments', async () => {
  const dataset = await serve(OLD_ROWS)
  const plan = planChange(dataset.rows(), NEW_ROWS)
  expect(applyDeletes(dataset, plan)).toBe(1)
  expect(applyInserts(dataset, plan)).toBe(2)
  expect(applyUpdates(dataset, plan)).toBe(2)
  expect(contents(dataset.rows())).toEqual(contents(NEW_ROWS))
})

test('a data set that has these rows already is left alone', async () => {
  const dataset = await serve(OLD_ROWS)
  const version = dataset.version()
  expect(changeToExport(dataset, OLD_ROWS.toReversed())).toEqual({ updated: 0, inserted: 0, deleted: 0 })
  expect(dataset.version()).toEqual(version)
})

test('the export of April becomes that of July by 9,103 new or changed rows', async () => {
  const dataset = await serve(readRealExport('2019-04'))
  const before = dataset.rows()
  const july = readRealExport('2019-07')
  const counts = changeToExport(dataset, july)
  expect(counts).toEqual({ updated: 4_800, inserted: 4_303, deleted: 3_915 })
  expect(counts.updated + counts.inserted).toBe(9_103)
  const after = dataset.rows()
  expect(contents(after).join('\n') === contents(july).join('\n')).toBe(true)
  const known = new Set(idsOf(before))
  expect(idsOf(after).filter((id) => known.has(id))).toHaveLength(before.length - counts.deleted)
  const untouched = new Set(before.map((row) => JSON.stringify(row)))
  expect(after.filter((row) => untouched.has(JSON.stringify(row)))).toHaveLength(51_754 - 9_103)
}, 60_000)
