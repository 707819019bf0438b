import { join } from 'node:path'
import { PET_LICENSE_ROW_COUNT } from '@gather/sample-portal'
import { loadTopic } from '@gather/topics'
import type { Scenario, ScenarioContext } from '../bench-context.ts'
import { type PortalProcess, startPagePortalProcess } from '../portal-process.ts'
import { TOPIC } from '../product/product-env.ts'
import { formatNumber } from '../report/format-number.ts'
import { openStage, type Stage } from '../stage.ts'
import { writeDataFile } from '../yardsticks/data-file.ts'
import { openYardsticks } from '../yardsticks/open-yardsticks.ts'
import { readDefinition } from '../yardsticks/published-table.ts'
import type { YardstickSetup } from '../yardsticks/yardstick.ts'
import { compareRounds } from './compare-rounds.ts'
import { proveSameRows } from './prove-same-rows.ts'
import { runRounds } from './run-rounds.ts'
import { describeSizes, readSizes, type Sizes } from './sizes.ts'

/** A million rows by the product and, in the same rounds, by the yardsticks. */
export const million: Scenario = async (context) => {
  const { options, cleanup, log, server } = context
  const sizes = readSizes(options, {
    rowCount: 20 * PET_LICENSE_ROW_COUNT,
    pageRows: 10_000,
    workerCount: 2,
  })
  log(`million on ${server.flavour}: preparing ${formatNumber(sizes.rowCount, 0)} rows`)
  const portal = await startPagePortalProcess(context, { name: `million-${server.flavour}`, ...sizes })
  const stage = await openStage(context, { portals: [portal], ...sizes })
  log('a run of the product that is not counted')
  await stage.initialize()
  const setup = await prepareSetup(context, { stage, portal, sizes })
  const { yardsticks, notes } = await openYardsticks(options.yardsticks, setup, cleanup)
  const proof = await proveSameRows(setup, yardsticks)
  const rounds = await runRounds(context, stage, yardsticks)
  const settings = Object.entries(server.settings).map(([name, value]) => `${name}=${value}`)
  return compareRounds(context, {
    setup: describeSizes(sizes),
    notes: [...proof, ...notes, `settings: ${settings.join(' ')}`],
    rounds,
  })
}

async function prepareSetup(
  { options, folder, server, log }: ScenarioContext,
  { stage, portal, sizes }: { readonly stage: Stage; readonly portal: PortalProcess; readonly sizes: Sizes },
): Promise<YardstickSetup> {
  const builtIn = loadTopic(TOPIC)
  const topic = { ...builtIn, pageRows: sizes.pageRows, source: { ...builtIn.source, url: portal.url } }
  const dataFile = join(folder, `rows-${server.flavour}.tsv`)
  if (options.yardsticks.length > 0) {
    log('writing the same rows to a file')
    await writeDataFile({ topic, rowCount: sizes.rowCount, path: dataFile })
  }
  const definition = await readDefinition(stage.arena.product, topic)
  return { ...sizes, arena: stage.arena, topic, definition, dataFile, folder }
}
