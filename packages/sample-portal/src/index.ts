/**
 * A Socrata 2.1 server for demo and tests: generated pet licences or any portal CSV, served byte for byte as the live
 * service does, with switches for what goes wrong there. It knows nothing of the importer. Tests, the demo and the
 * benchmarks import it.
 * @packageDocumentation
 */
export type { DatasetHandle, DatasetVersion, RowPredicate } from './dataset-handle.ts'
export type { ColumnSpec, DatasetSpec, DateDisplay, GeneratedRows, PortalRecord } from './dataset-spec.ts'
export {
  type BytePlace,
  combineFaults,
  type FaultAction,
  type FaultFunction,
  type FaultRequest,
  type Framing,
} from './fault.ts'
export { createFaultSwitches, type FaultSwitches, type SwitchedFault } from './fault-switches.ts'
export { namedFaults } from './fault-table.ts'
export { FaultTextError } from './fault-text-error.ts'
export type { NamedFault } from './named-fault.ts'
export type { OrderLoss } from './order-loss.ts'
export { type FaultTextOptions, parseFault } from './parse-fault.ts'
export {
  generatePetLicenses,
  PET_LICENSE_DATASET_ID,
  PET_LICENSE_ROW_COUNT,
  type PetLicenseOptions,
  petLicenseColumns,
  petLicenseDataset,
} from './pet-licenses.ts'
export { type SamplePortal, type SamplePortalOptions, startSamplePortal } from './portal.ts'
export { type PortalCsvOptions, readPortalCsv } from './portal-csv.ts'
export type { RecordedRequest } from './portal-state.ts'
export type { ReplicaTells } from './replica.ts'
