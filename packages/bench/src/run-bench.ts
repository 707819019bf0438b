import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchContext, ScenarioContext } from './bench-context.ts'
import { chooseServers } from './choose-servers.ts'
import { type Cleanup, createCleanup } from './cleanup.ts'
import type { BenchOptions, ScenarioName } from './options.ts'
import { describeMachine, readMachine } from './report/describe-machine.ts'
import { renderReport } from './report/render-report.ts'
import type { ScenarioReport } from './report/scenario-report.ts'
import { SCENARIOS } from './scenarios.ts'
import { openRedis } from './servers.ts'

/** Runs the scenarios one after the other and prints a table of each as soon as it is measured. */
export async function runBench(
  options: BenchOptions,
  cleanup: Cleanup,
  log: (line: string) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gs-bench-'))
  cleanup.add(() => rmSync(folder, { recursive: true, force: true }))
  const redis = await openRedis(cleanup, log)
  const servers = await chooseServers(options, { cleanup, log })
  const context: BenchContext = { options, redis, servers, folder, cleanup, log }
  const machine = readMachine()
  process.stdout.write(`${describeMachine(machine)}\n`)
  const reports: ScenarioReport[] = []
  for (const name of options.scenarios) {
    for (const server of name === 'million' ? servers : servers.slice(0, 1)) {
      const report = await runScenario(name, { ...context, server })
      reports.push(report)
      process.stdout.write(`\n${renderReport(report)}\n`)
    }
  }
  if (options.jsonPath !== undefined)
    writeFileSync(
      options.jsonPath,
      JSON.stringify({ machine, options, servers: servers.map(withoutUrl), reports }),
    )
}

/** What a scenario started is stopped at its end; a signal stops it too. */
async function runScenario(name: ScenarioName, context: ScenarioContext): Promise<ScenarioReport> {
  const cleanup = createCleanup(context.log)
  context.cleanup.add(cleanup.run)
  try {
    return await SCENARIOS[name]({ ...context, cleanup })
  } finally {
    await cleanup.run()
  }
}

const withoutUrl = ({ flavour, version, settings }: BenchContext['servers'][number]) => ({
  flavour,
  version,
  settings,
})
