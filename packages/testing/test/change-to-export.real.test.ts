import {
  PET_LICENSE_DATASET_ID,
  type PortalRecord,
  petLicenseColumns,
  startSamplePortal,
} from '@gather/sample-portal'
import { expect, onTestFinished, test } from 'vitest'
import { changeToExport } from '../src/real-exports/change-to-export.ts'
import { contentOf } from '../src/real-exports/plan-change.ts'
import { readRealExport } from '../src/real-exports/read-real-export.ts'

async function serve(rows: readonly PortalRecord[]) {
  const columns = petLicenseColumns
  const portal = await startSamplePortal({
    datasets: [{ id: PET_LICENSE_DATASET_ID, name: 'Licences', columns, rows }],
  })
  onTestFinished(() => portal.close())
  return portal.dataset(PET_LICENSE_DATASET_ID)
}

const contents = (rows: Iterable<PortalRecord>): string[] => Array.from(rows, contentOf).sort()
const idsOf = (rows: readonly PortalRecord[]): unknown[] => rows.map((row) => row[':id'])

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
