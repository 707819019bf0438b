import { Command, InvalidArgumentError } from 'commander'
import type { DatasetSpec } from './dataset-spec.ts'
import {
  PET_LICENSE_DATASET_ID,
  PET_LICENSE_ROW_COUNT,
  petLicenseColumns,
  petLicenseDataset,
} from './pet-licenses.ts'
import { startSamplePortal } from './portal.ts'
import { readPortalCsv } from './portal-csv.ts'

interface CommandOptions {
  readonly port: number
  readonly host: string
  readonly rows: number
  readonly seed: number
  readonly csv?: string
  readonly dataset: string
}

const { port, host, seed, ...choice } = readOptions(process.argv)
try {
  const portal = await startSamplePortal({ port, host, seed, datasets: [readDataset({ seed, ...choice })] })
  console.log(portal.url)
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => void portal.close())
} catch (error) {
  console.error(`sample portal: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 2
}

function readOptions(argv: readonly string[]): CommandOptions {
  return new Command('sample-portal')
    .description('Serves generated pet licences, or a CSV export of a portal, as a Socrata 2.1 portal does.')
    .option('--port <number>', 'port to listen on, 0 for any free one', readInteger, 8080)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--rows <count>', 'licences to generate', readInteger, PET_LICENSE_ROW_COUNT)
    .option('--seed <number>', 'another seed, other licences', readInteger, 1)
    .option('--csv <file>', 'serve this export (.csv or .csv.gz) instead')
    .option('--dataset <id>', 'id of the data set', PET_LICENSE_DATASET_ID)
    .parse(argv)
    .opts<CommandOptions>()
}

function readInteger(text: string): number {
  if (!/^\d{1,9}$/.test(text))
    throw new InvalidArgumentError('It must be a whole number from 0 to 999999999.')
  return Number(text)
}

/** An export under the id of the pet licences gets their types; other columns are guessed. */
function readDataset({ rows, seed, csv, dataset: id }: Omit<CommandOptions, 'port' | 'host'>): DatasetSpec {
  if (csv === undefined) return petLicenseDataset({ id, seed, rowCount: rows })
  const known = id === PET_LICENSE_DATASET_ID ? { columns: petLicenseColumns } : {}
  return readPortalCsv(csv, { id, name: csv, ...known })
}
