import { readCommandOptions } from './command-options.ts'
import type { DatasetSpec } from './dataset-spec.ts'
import { createFaultSwitches } from './fault-switches.ts'
import { PET_LICENSE_DATASET_ID, petLicenseColumns, petLicenseDataset } from './pet-licenses.ts'
import { type SamplePortal, startSamplePortal } from './portal.ts'
import { readPortalCsv } from './portal-csv.ts'

let portal: SamplePortal | undefined
let stopped = false
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => void stop())
try {
  await start()
} catch (error) {
  console.error(`sample portal: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 2
}

async function start(): Promise<void> {
  const options = readCommandOptions(process.argv)
  if (options === undefined) return
  const { port, host, seed, fault, timeZone, ...choice } = options
  const switches = createFaultSwitches({ seed })
  for (const text of fault) switches.add(text)
  portal = await startSamplePortal({
    port,
    host,
    seed,
    timeZone,
    switches,
    datasets: [readDataset({ seed, ...choice })],
  })
  if (stopped) return portal.close()
  console.log(portal.url)
}

async function stop(): Promise<void> {
  stopped = true
  await portal?.close()
}

interface DatasetChoice {
  readonly rows: number
  readonly seed: number
  readonly csv?: string
  readonly dataset: string
}

/** An export under the id of the pet licences gets their types; other columns are guessed. */
function readDataset({ rows, seed, csv, dataset: id }: DatasetChoice): DatasetSpec {
  if (csv === undefined) return petLicenseDataset({ id, seed, rowCount: rows })
  const known = id === PET_LICENSE_DATASET_ID ? { columns: petLicenseColumns } : {}
  return readPortalCsv(csv, { id, name: csv, ...known })
}
