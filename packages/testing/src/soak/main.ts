import { parseArgs } from 'node:util'
import type { Phase, SoakContext } from './phase.ts'
import { PHASES } from './phases.ts'
import { type PhaseResult, renderReport } from './report.ts'

const HELP = `pnpm soak -- [--minutes N] [--seed S] [--share X] [--only PHASE] [--run R]

The release gate of the fault suite, on private servers of its own; it ends with a report and with 1 where anything was
violated.
  --minutes N   minutes that chaos goes on (default 30); the report tells how much of its gate that reached
  --seed S      makes the choices of an earlier soak again (default: the day, such as 20261124)
  --share X     share of the gate's other volumes, above 0 and up to 1 (default 1)
  --only PHASE  ${PHASES.map(({ name }) => name).join(', ')}
  --run R       plays run R of chaos alone, as it was with this seed
`

class UsageError extends Error {}

function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      minutes: { type: 'string', default: '30' },
      seed: { type: 'string', default: new Date().toISOString().slice(0, 10).replaceAll('-', '') },
      share: { type: 'string', default: '1' },
      only: { type: 'string' },
      run: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const share = readNumber('share', values.share, 1)
  if (share === 0) throw new UsageError('--share must be above 0')
  const run = values.run === undefined ? undefined : readNumber('run', values.run, 1_000_000)
  return {
    help: values.help,
    phases: choosePhases(run === undefined ? values.only : 'chaos'),
    context: {
      seed: readNumber('seed', values.seed, Number.MAX_SAFE_INTEGER),
      share,
      chaosMs: readNumber('minutes', values.minutes, 10_000) * 60_000,
      onlyRun: run,
    },
  }
}

function readNumber(name: string, text: string, max: number): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= max))
    throw new UsageError(`--${name} must be a number from 0 to ${max}`)
  return value
}

function choosePhases(only: string | undefined): readonly Phase[] {
  const chosen = PHASES.filter(({ name }) => only === undefined || name === only)
  if (chosen.length === 0)
    throw new UsageError(`--only must be one of: ${PHASES.map(({ name }) => name).join(', ')}`)
  return chosen
}

async function soak(phases: readonly Phase[], context: SoakContext): Promise<PhaseResult[]> {
  const results: PhaseResult[] = []
  for (const { name, run } of phases) {
    context.log(`${name}:`)
    const startMs = performance.now()
    const report = await run(context).catch((error: unknown) => ({
      counts: [],
      violations: [error instanceof Error ? String(error.stack) : String(error)],
    }))
    results.push({ name, ...report, durationMs: performance.now() - startMs })
  }
  return results
}

async function main(): Promise<number> {
  const { help, phases, context } = readOptions(process.argv.slice(2))
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  const startMs = performance.now()
  const log = (line: string) =>
    process.stderr.write(`${((performance.now() - startMs) / 1000).toFixed(0).padStart(6)} s  ${line}\n`)
  const results = await soak(phases, { ...context, log })
  process.stdout.write(`${renderReport(results, `--seed ${context.seed}`)}\n`)
  return results.some(({ violations }) => violations.length > 0) ? 1 : 0
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const isUsage = error instanceof UsageError || (error instanceof TypeError && 'code' in error)
    process.stderr.write(`${isUsage && error instanceof Error ? error.message : error}\n`)
    process.exit(isUsage ? 2 : 1)
  },
)
