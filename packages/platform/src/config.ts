import { existsSync } from 'node:fs'
import { z } from 'zod'
import { readEnvironment } from './environment.ts'
import { Fault } from './fault.ts'

const wholeNumber = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`
  return z
    .string()
    .trim()
    .regex(/^\d{1,9}$/, { error })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error })
}

const integer = (min: number, max: number, initial: number) => wholeNumber(min, max).default(initial)

const serviceUrl = (protocols: readonly string[], example: string) =>
  z
    .string()
    .refine((text) => isServiceUrl(text, protocols), { error: `must be a URL such as ${example}` })
    .refine((text) => !URL.canParse(text) || isDecodable(new URL(text)), {
      error:
        'has a % in its user or password that is not followed by two hexadecimal digits; write it as %25',
    })

const mysqlUrl = serviceUrl(['mysql:', 'mariadb:'], 'mysql://user:password@host:3306/rover').refine(
  (text) => URL.canParse(text) && /^\/[A-Za-z0-9_]{1,64}$/.test(new URL(text).pathname),
  { error: 'must end with the name of the database, such as /rover' },
)

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  )

const appTokens = list.transform((pairs, context) => {
  const tokens = new Map<string, string>()
  for (const pair of pairs) {
    const [host, token, ...rest] = pair.split('=')
    if (!host || !token || rest.length > 0) context.addIssue('must be host=token pairs, separated by commas')
    else tokens.set(host.toLowerCase(), token)
  }
  return tokens as ReadonlyMap<string, string>
})

const onOrOff = z
  .enum(['on', 'off'], { error: 'must be on or off' })
  .default('off')
  .transform((word) => word === 'on')

const schema = z.object({
  REDIS_URL: serviceUrl(['redis:', 'rediss:'], 'redis://:password@host:6379').default(
    'redis://127.0.0.1:6379',
  ),
  MYSQL_URL: mysqlUrl,
  MYSQL_ADMIN_URL: mysqlUrl.optional(),
  MYSQL_CA_FILE: z.string().refine(existsSync, { error: 'names a file that is not there' }).optional(),
  IMPORT_LOG_URL: mysqlUrl.optional(),
  TOPICS_DIR: z.string().optional(),
  SOCRATA_APP_TOKENS: appTokens,
  WORKER_CONCURRENCY: integer(1, 64, 4),
  JOB_LOCK_MS: integer(1_000, 600_000, 30_000),
  RECONCILE_INTERVAL_MS: integer(100, 600_000, 5_000),
  SHUTDOWN_GRACE_MS: integer(0, 600_000, 20_000),
  INSECURE_SOURCE_HOSTS: list,
  HEALTH_HOST: z.string().default('127.0.0.1'),
  HEALTH_PORT: wholeNumber(0, 65_535).optional(),
  DASHBOARD_HOST: z.string().default('127.0.0.1'),
  DASHBOARD_PORT: integer(0, 65_535, 3_000),
  DASHBOARD_USER: z.string().optional(),
  DASHBOARD_PASSWORD: z.string().optional(),
  DASHBOARD_MYSQL_URL: mysqlUrl.optional(),
  DASHBOARD_ACTIONS: onOrOff,
  DASHBOARD_QUEUE_ACTIONS: onOrOff,
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty']).default('json'),
})

/** Names whose values are secret as a whole or hold a secret: each may be given as a file by `<NAME>_FILE`. */
export const SECRET_NAMES = [
  'REDIS_URL',
  'MYSQL_URL',
  'MYSQL_ADMIN_URL',
  'IMPORT_LOG_URL',
  'SOCRATA_APP_TOKENS',
  'DASHBOARD_PASSWORD',
  'DASHBOARD_MYSQL_URL',
] as const

/** All variable names the configuration knows, for `.env.example` and the README's table. */
export const CONFIG_NAMES = Object.keys(schema.shape)

/**
 * The configuration of a process, from environment variables.
 * @param env - defaults to the process's own environment, read when called
 * @throws Fault `CONFIG_INVALID` (terminal): names each bad variable, what is wrong and what is allowed; never its value
 */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env) {
  const result = schema.safeParse(readEnvironment(env, SECRET_NAMES))
  if (!result.success) throw invalidConfig(result.error)
  const value = result.data
  return {
    redisUrl: value.REDIS_URL,
    mysqlUrl: value.MYSQL_URL,
    mysqlAdminUrl: value.MYSQL_ADMIN_URL ?? value.MYSQL_URL,
    mysqlCaFile: value.MYSQL_CA_FILE,
    importLogUrl: value.IMPORT_LOG_URL ?? value.MYSQL_URL,
    topicsDir: value.TOPICS_DIR,
    appTokens: value.SOCRATA_APP_TOKENS,
    workerConcurrency: value.WORKER_CONCURRENCY,
    jobLockMs: value.JOB_LOCK_MS,
    reconcileIntervalMs: value.RECONCILE_INTERVAL_MS,
    shutdownGraceMs: value.SHUTDOWN_GRACE_MS,
    insecureSourceHosts: value.INSECURE_SOURCE_HOSTS as readonly string[],
    health: { host: value.HEALTH_HOST, port: value.HEALTH_PORT },
    dashboard: {
      host: value.DASHBOARD_HOST,
      port: value.DASHBOARD_PORT,
      user: value.DASHBOARD_USER,
      password: value.DASHBOARD_PASSWORD,
      mysqlUrl: value.DASHBOARD_MYSQL_URL ?? value.MYSQL_URL,
      hasActions: value.DASHBOARD_ACTIONS,
      hasQueueActions: value.DASHBOARD_QUEUE_ACTIONS,
    },
    logLevel: value.LOG_LEVEL,
    logFormat: value.LOG_FORMAT,
  }
}

export type Config = ReturnType<typeof readConfig>

function isServiceUrl(text: string, protocols: readonly string[]): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocols.includes(protocol) && hostname !== ''
}

function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(`${username}:${password}`)
    return true
  } catch {
    return false
  }
}

function invalidConfig(error: z.ZodError): Fault {
  const sentences = error.issues.map((issue) => {
    const name = String(issue.path[0] ?? 'configuration')
    const missing = issue.code === 'invalid_type' && issue.message.includes('undefined')
    return missing ? `${name} is not set` : `${name}: ${issue.message}`
  })
  const hint = sentences.some((text) => text.startsWith('MYSQL_URL is not set'))
    ? ' (such as MYSQL_URL=mysql://importuser:password@127.0.0.1:3306/rover, or run "npm start" for a private stack)'
    : ''
  return new Fault({ code: 'CONFIG_INVALID', kind: 'terminal', message: `${sentences.join('; ')}${hint}` })
}

/** `TOPICS_DIR` alone, for commands that need no services. */
export const readTopicsDir = (
  env: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined => env.TOPICS_DIR || undefined
