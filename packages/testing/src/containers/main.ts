import { parseArgs } from 'node:util'
import { findStablePort } from '../nemesis/stable-port.ts'
import { ComposeProject } from './compose-project.ts'
import { findDockerProblem } from './run-docker.ts'
import { STEPS } from './steps.ts'

const HELP = `pnpm check:containers [--keep]

Builds and runs docker-compose.yml under a project name of its own, scales it, imports the sample portal's licences, kills
workers, and looks at what is open. Needs Docker with compose version 2; takes some minutes, and five GB of memory. Removes
everything at the end, however that comes about.
  --keep   leaves containers, volumes and passwords where they are, to look at

Ends with 0 where everything holds, 1 where something does not, 2 where there is no Docker or the usage is wrong.
`

function say(line: string): void {
  process.stderr.write(`${(performance.now() / 1_000).toFixed(1).padStart(7)} s  ${line}\n`)
}

/** False as soon as one step does not hold: the others build on it. */
async function runSteps(project: ComposeProject): Promise<boolean> {
  for (const { name, run } of STEPS) {
    try {
      say(`ok    ${name}: ${await run(project)}`)
    } catch (error) {
      if (project.isEnded) return false
      say(`FAIL  ${name}: ${error instanceof Error ? error.message : error}`)
      const { stdout } = await project.tryCompose(['logs', '--no-color', '--tail', '20'])
      process.stderr.write(stdout)
      return false
    }
  }
  return true
}

async function finish(project: ComposeProject): Promise<boolean> {
  const isClean = await project.remove()
  say(isClean ? 'ok    nothing is left' : `FAIL  something of ${project.name} is left`)
  return isClean
}

/** Waits for the first signal that asks the process to end, and gives the code to end with. */
function awaitSignal(): Promise<number> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve(130))
    process.once('SIGTERM', () => resolve(143))
  })
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    args: process.argv.slice(2).filter((arg) => arg !== '--'),
    options: { keep: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  const problem = await findDockerProblem({ cwd: process.cwd(), env: process.env })
  if (problem !== undefined) {
    process.stderr.write(`check:containers needs Docker: ${problem}\n`)
    return 2
  }
  const project = new ComposeProject({
    name: `gather-check-${process.pid}`,
    dashboardPort: await findStablePort(),
  })
  say(`project ${project.name}`)
  const signalled = awaitSignal()
  const ended = await Promise.race([signalled, runSteps(project)])
  if (typeof ended === 'number') {
    await finish(project)
    return ended
  }
  const isClean = values.keep || (await finish(project))
  return ended && isClean ? 0 : 1
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const isUsage = error instanceof TypeError && 'code' in error
    process.stderr.write(`${isUsage ? error.message : error}\n`)
    process.exit(isUsage ? 2 : 1)
  },
)
