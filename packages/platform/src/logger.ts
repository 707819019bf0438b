import { type Logger, pino } from 'pino'
import { PinoPretty, type PrettyOptions } from 'pino-pretty'
import type { Config } from './config.ts'
import { isFault, messageOf } from './fault.ts'
import { createRedactor, secretsOf } from './redaction.ts'

export type { Logger } from 'pino'

/**
 * A logger that writes one event a line to standard error and never a secret: every finished line passes the redactor.
 * @param name - the process, such as `worker`
 */
export function createLogger(name: string, config: Config): Logger {
  const redact = createRedactor(secretsOf(config))
  const options = {
    name,
    level: config.logLevel,
    base: { name, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
    hooks: { streamWrite: redact },
  }
  return pino(
    options,
    config.logFormat === 'pretty' ? PinoPretty(PRETTY) : pino.destination({ dest: 2, sync: true }),
  )
}

const PRETTY: PrettyOptions = {
  destination: 2,
  sync: true,
  ignore: 'pid,hostname',
  translateTime: 'SYS:HH:MM:ss.l',
}

/** An error as plain fields: never the request, configuration or headers that libraries hang on theirs. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: messageOf(error) }
  const cause = error.cause instanceof Error ? { cause: error.cause.message } : {}
  if (isFault(error))
    return { code: error.code, kind: error.kind, message: error.message, ...error.context, ...cause }
  return { message: error.message, stack: error.stack, ...cause }
}
