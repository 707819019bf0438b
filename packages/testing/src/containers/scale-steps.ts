import { awaitHealth } from './await-health.ts'
import type { ComposeProject } from './compose-project.ts'
import { awaitPages, importAll } from './imports.ts'
import { compareRows } from './read-rows.ts'

const START = ['up', '--detach']
const PAGE_ROWS = 100

export async function startAll(project: ComposeProject): Promise<string> {
  await project.compose([...START, '--build', '--scale', 'worker=8'])
  const containers = await awaitHealth(project, 8)
  const [image] = JSON.parse(await project.docker(['image', 'inspect', `${project.name}-app`]))
  return `${containers.length} containers, image of ${Math.round(image.Size / 1e6)} MB`
}

/** The containers are the same as before, as compose has nothing to change. */
export async function startAgain(project: ComposeProject): Promise<string> {
  const before = await listIds(project)
  await project.compose([...START, '--scale', 'worker=8'])
  await awaitHealth(project, 8)
  const after = await listIds(project)
  if (before.join() !== after.join()) throw new Error('containers were made anew')
  return `the same ${after.length} containers`
}

export async function scaleDown(project: ComposeProject): Promise<string> {
  const startMs = performance.now()
  await project.compose([...START, '--scale', 'worker=2'])
  await awaitHealth(project, 2)
  return `two are left after ${Math.round((performance.now() - startMs) / 1_000)} s`
}

export async function scaleDuringImport(project: ComposeProject): Promise<string> {
  const importing = importAll(project, PAGE_ROWS)
  const scaling = awaitPages(project, 10).then(() => project.compose([...START, '--scale', 'worker=8']))
  const [{ pages, state }] = await Promise.all([importing, scaling])
  await awaitHealth(project, 8)
  return `${state}: ${await compareRows(project)} rows in ${pages} pages`
}

async function listIds(project: ComposeProject): Promise<string[]> {
  return (await project.listContainers()).map(({ id }) => id).sort()
}
