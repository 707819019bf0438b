import { setTimeout as sleep } from 'node:timers/promises'
import type { ComposeProject, Container } from './compose-project.ts'
import { findRoots } from './find-roots.ts'
import { type InspectedContainer, judgeContainer } from './judge-container.ts'

/** Longer than a health check takes. */
const PAUSE_MS = 1_000

/**
 * Looks at all containers as the engine runs them, and at the users of all processes in them.
 * @throws Error that names everything that is open
 */
export async function checkHardening(project: ComposeProject): Promise<string> {
  const containers = await project.listContainers()
  const ids = containers.map(({ id }) => id)
  const inspected: InspectedContainer[] = JSON.parse(await project.docker(['inspect', ...ids]))
  const running = containers.filter(({ state }) => state === 'running')
  const findings = inspected.flatMap(judgeContainer)
  findings.push(...(await listRoots(project, running)))
  findings.push(...(await findWaysOut(project)))
  if (findings.length > 0) throw new Error(findings.join('; '))
  return `${containers.length} containers: no process of root, nothing writable but volumes and memory, one port on 127.0.0.1`
}

async function listRoots(project: ComposeProject, containers: readonly Container[]): Promise<string[]> {
  const look = () =>
    Promise.all(containers.map(({ id }) => project.docker(['top', id, '-eo', 'pid,uid,comm'])))
  const first = await look()
  await sleep(PAUSE_MS)
  const second = await look()
  return containers.flatMap(({ service }, index) =>
    findRoots(first[index] ?? '', second[index] ?? '').map((command) => `${service} runs ${command} as root`),
  )
}

/** Redis, the database and the dashboard talk to nobody outside. */
async function findWaysOut(project: ComposeProject): Promise<string[]> {
  const networks = JSON.parse(await project.docker(['network', 'inspect', `${project.name}_inside`]))
  const isClosed = networks.every((network: { readonly Internal: boolean }) => network.Internal)
  const script = `fetch('http://1.1.1.1', {signal: AbortSignal.timeout(3000)}).then(() => process.exit(1), () => process.exit(0))`
  const dashboard = await project.tryCompose(['exec', '--no-TTY', 'dashboard', 'node', '--eval', script])
  return [
    ...(isClosed ? [] : ['the network "inside" is open']),
    ...(dashboard.code === 0 ? [] : ['the dashboard reaches the internet']),
  ]
}

/**
 * Looks for the project's passwords in everything that an onlooker may read: logs, settings and command lines of the
 * containers, and the history of the image.
 * @throws Error that names where one stands
 */
export async function checkPasswords(project: ComposeProject): Promise<string> {
  const ids = (await project.listContainers()).map(({ id }) => id)
  const logs = await project.compose(['logs', '--no-color'])
  const places = {
    'a log': logs,
    'the settings of a container': await project.docker(['inspect', ...ids]),
    'the history of the image': await project.docker(['history', '--no-trunc', `${project.name}-app`]),
  }
  const passwords = project.readPasswords()
  for (const [place, text] of Object.entries(places))
    if (passwords.some((password) => text.includes(password)))
      throw new Error(`a password stands in ${place}`)
  return `${passwords.length} passwords, in none of ${logs.split('\n').length.toLocaleString('en-US')} lines of logs, settings and history`
}
