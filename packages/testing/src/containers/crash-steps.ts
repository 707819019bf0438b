import { eventually } from '../eventually.ts'
import { awaitHealth } from './await-health.ts'
import type { ComposeProject } from './compose-project.ts'
import { awaitPages, countCrashes, importAll, listBusyWorkers } from './imports.ts'
import { compareRows } from './read-rows.ts'

const PAGE_ROWS = 100
const TRIES_MAX = 3

/** Kills two workers with pages in their hands; a page may be over just then, so there is more than one try. */
export async function killWorkers(project: ComposeProject): Promise<string> {
  for (let tryNo = 1; tryNo <= TRIES_MAX; tryNo++) {
    const importing = importAll(project, PAGE_ROWS)
    const [{ runId, state }, killed] = await Promise.all([importing, killTwo(project)])
    const rowCount = await compareRows(project)
    const crashes = await countCrashes(project, runId)
    await project.compose(['up', '--detach', '--scale', 'worker=8'])
    await awaitHealth(project, 8)
    if (crashes > 0)
      return `${killed.join(' and ')} killed, ${crashes} pages taken over, run ${state}: ${rowCount} rows; both are back`
  }
  throw new Error(`in ${TRIES_MAX} imports no killed worker held a page`)
}

async function killTwo(project: ComposeProject): Promise<string[]> {
  await awaitPages(project, 10)
  const victims = await eventually('two busy workers', async () => {
    const busy = await listBusyWorkers(project)
    return busy.length >= 2 && busy.slice(0, 2)
  })
  await project.docker(['kill', ...victims])
  return victims
}

/** The process of a worker dies, not by the engine's hand: the restart policy brings it back. */
export async function restartCrashed(project: ComposeProject): Promise<string> {
  const [worker] = await project.listContainers('worker')
  if (worker === undefined) throw new Error('there is no worker')
  await project.docker(['exec', worker.id, 'sh', '-c', 'kill -9 $(cat /proc/1/task/1/children)'])
  const restartCount = await eventually('the restart of a worker', async () => {
    const [{ RestartCount }] = JSON.parse(await project.docker(['inspect', worker.id]))
    return RestartCount > 0 && RestartCount
  })
  await awaitHealth(project, 8)
  return `${restartCount} restart, healthy again`
}
