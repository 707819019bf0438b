import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  PET_LICENSE_DATASET_ID,
  type PortalRecord,
  petLicenseColumns,
  readPortalCsv,
} from '@gather/sample-portal'

/** The month in which Seattle's pet licences were exported. */
export type RealExportName = '2019-04' | '2019-07'

/**
 * The rows of a real export as the API gives them, in the order of the file; nulls are absent.
 * @throws Error where the file is absent
 */
export function readRealExport(name: RealExportName): PortalRecord[] {
  const path = pathOf(name)
  if (!existsSync(path))
    throw new Error(`the real export ${path} is absent: lay the folder beside the checkout`)
  const options = { id: PET_LICENSE_DATASET_ID, name: 'Seattle Pet Licenses', columns: petLicenseColumns }
  return [...readPortalCsv(path, options).rows]
}

function pathOf(name: RealExportName): string {
  const address = `../../../../../shared/data/seattle_pet_licenses_${name}.csv.gz`
  return fileURLToPath(new URL(address, import.meta.url))
}
