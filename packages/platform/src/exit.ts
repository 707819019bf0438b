import { readConfig } from './config.ts'
import { messageOf, toFault } from './fault.ts'
import { createRedactor, secretsOf } from './redaction.ts'

/** Exit codes of every process of ours. */
export const EXIT_CODES = { done: 0, runFailed: 1, usage: 2, unreachable: 3 } as const

/** Faults that only another setting mends. */
const USAGE_CODES =
  /^(CONFIG_|TOPICS?_|USAGE_|(RUN|SCHEDULE)_UNKNOWN|VERIFY_IMPOSSIBLE|(DATABASE|REDIS)_ACCESS_DENIED|DATABASE_(TABLE_)?MISSING|SOURCE_(URL|HOST)_)/

/** The exit code that an error ends a process with: 2 wrong usage or configuration, 3 a service can't be reached, else 1. */
export function exitCodeOf(error: unknown): number {
  const fault = toFault(error)
  if (USAGE_CODES.test(fault.code)) return EXIT_CODES.usage
  return fault.kind === 'unavailable' || fault.kind === 'transient'
    ? EXIT_CODES.unreachable
    : EXIT_CODES.runFailed
}

/** Ends the process with one plain sentence on standard error and the error's exit code; its stack only with `LOG_LEVEL=debug`. */
export function reportAndExit(error: unknown): never {
  const debug = /^(debug|trace)$/.test(process.env.LOG_LEVEL ?? '')
  const redact = createRedactor(secretsOfEnvironment())
  process.stderr.write(`${redact(describeForPeople(error, debug))}\n`)
  process.exit(exitCodeOf(error))
}

/**
 * Ends a process with an error that nobody caught: its stack on standard error, code 1. What libraries hang on their errors,
 * such as the command that logged in, is not shown; Node itself would show it.
 */
export function reportCrash(error: unknown): never {
  const redact = createRedactor(secretsOfEnvironment())
  const text = error instanceof Error ? (error.stack ?? error.message) : messageOf(error)
  process.stderr.write(`crashed: ${redact(text)}\n`)
  process.exit(EXIT_CODES.runFailed)
}

/** None where the configuration is what is wrong: messages about that never hold a value. */
function secretsOfEnvironment(): string[] {
  try {
    return secretsOf(readConfig())
  } catch {
    return []
  }
}

function describeForPeople(error: unknown, debug: boolean): string {
  if (debug && error instanceof Error) return String(error.stack)
  return toFault(error).message
}
