import { awaitHealth } from './await-health.ts'
import { checkHardening, checkPasswords } from './check-hardening.ts'
import type { ComposeProject } from './compose-project.ts'
import { killWorkers, restartCrashed } from './crash-steps.ts'
import { importAll } from './imports.ts'
import { compareRows } from './read-rows.ts'
import { scaleDown, scaleDuringImport, startAgain, startAll } from './scale-steps.ts'
import { keepsData, refusesWithoutPasswords, saysWhyMigrateFails } from './start-steps.ts'

/** One thing that must hold. */
export interface Step {
  readonly name: string
  /** Resolves with what was seen; rejects with what is wrong. */
  readonly run: (project: ComposeProject) => Promise<string>
}

/** In this order, each on what the one before left. */
export const STEPS: readonly Step[] = [
  { name: 'a start without passwords is refused', run: refusesWithoutPasswords },
  { name: 'everything is built, starts and gets healthy with eight workers', run: startAll },
  { name: 'containers are shut', run: checkHardening },
  { name: 'an import stores what the portal serves', run: importAndCompare },
  { name: 'a second start changes nothing', run: startAgain },
  { name: 'six workers stop', run: scaleDown },
  { name: 'workers come during an import', run: scaleDuringImport },
  { name: 'two workers are killed during an import', run: killWorkers },
  { name: 'a worker that crashes comes back', run: restartCrashed },
  { name: 'passwords are seen nowhere', run: checkPasswords },
  { name: 'rows outlive the containers, the demo does not', run: keepsData },
  { name: 'a migrate that fails stops the start and says why', run: saysWhyMigrateFails },
  { name: 'passwords are still seen nowhere', run: checkPasswords },
]

async function importAndCompare(project: ComposeProject): Promise<string> {
  await awaitHealth(project, 8)
  const { pages, durationMs } = await importAll(project)
  const rowCount = await compareRows(project)
  return `${rowCount.toLocaleString('en-US')} rows in ${pages} pages, ${(durationMs / 1_000).toFixed(1)} s`
}
