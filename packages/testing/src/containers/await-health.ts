import { eventually } from '../eventually.ts'
import type { ComposeProject, Container } from './compose-project.ts'

const WITHIN_MS = 300_000

/** Waits until every container of the project is healthy, as many workers as told are there, and migrate is done. */
export async function awaitHealth(project: ComposeProject, workerCount: number): Promise<Container[]> {
  return eventually(
    'the health of all containers',
    async () => {
      const containers = await project.listContainers()
      const failed = containers.find(({ service, state }) => service !== 'migrate' && state === 'exited')
      if (failed) throw new Error(`a container of ${failed.service} ended with ${failed.exitCode}`)
      const workers = containers.filter(({ service }) => service === 'worker')
      return workers.length === workerCount && containers.every(isReady) && containers
    },
    WITHIN_MS,
  )
}

const isReady = ({ service, state, health, exitCode }: Container): boolean =>
  service === 'migrate' ? state === 'exited' && exitCode === 0 : state === 'running' && health === 'healthy'
