import { toFault } from './fault.ts'
import { createRedactor } from './redaction.ts'

/** Exit codes of every process of ours. */
export const EXIT_CODES = { done: 0, runFailed: 1, usage: 2, unreachable: 3 } as const

const USAGE_CODES = /^(CONFIG_|TOPIC_|TOPICS_|USAGE_|RUN_UNKNOWN)/
const UNREACHABLE_CODES = [
  'SOURCE_UNREACHABLE',
  'SOURCE_TIMEOUT',
  'DATABASE_ACCESS_DENIED',
  'REDIS_ACCESS_DENIED',
]

/** The exit code that an error ends a process with: 2 wrong usage or configuration, 3 a service can't be reached, else 1. */
export function exitCodeOf(error: unknown): number {
  const fault = toFault(error)
  if (USAGE_CODES.test(fault.code)) return EXIT_CODES.usage
  if (fault.kind === 'unavailable' || UNREACHABLE_CODES.includes(fault.code)) return EXIT_CODES.unreachable
  return EXIT_CODES.runFailed
}

/** Ends the process with one plain sentence on standard error and the error's exit code; its stack only with `LOG_LEVEL=debug`. */
export function reportAndExit(error: unknown): never {
  const debug = /^(debug|trace)$/.test(process.env.LOG_LEVEL ?? '')
  const redact = createRedactor([])
  process.stderr.write(`${redact(describeForPeople(error, debug))}\n`)
  process.exit(exitCodeOf(error))
}

function describeForPeople(error: unknown, debug: boolean): string {
  if (debug && error instanceof Error) return String(error.stack)
  return toFault(error).message
}
