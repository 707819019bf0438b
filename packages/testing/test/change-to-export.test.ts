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
