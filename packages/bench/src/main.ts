import { createCleanup } from './cleanup.ts'
import { HELP, readOptions, UsageError } from './options.ts'
import { runBench } from './run-bench.ts'

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const
const startMs = performance.now()

function log(line: string): void {
  process.stderr.write(`${((performance.now() - startMs) / 1000).toFixed(0).padStart(6)} s  ${line}\n`)
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (options.help) {
    process.stdout.write(HELP)
    return 0
  }
  const cleanup = createCleanup(log)
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.once(signal, () => void cleanup.run().then(() => process.exit(code)))
  }
  try {
    await runBench(options, cleanup, log)
    return 0
  } finally {
    await cleanup.run()
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const isUsage = error instanceof UsageError || (error instanceof TypeError && 'code' in error)
    process.stderr.write(`${isUsage && error instanceof Error ? error.message : describe(error)}\n`)
    process.exit(isUsage ? 2 : 1)
  },
)

const describe = (error: unknown): unknown => (error instanceof Error ? error.stack : error)
