import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CanaryStack, urlFor } from './canary-stack.ts'

/** One way to make a command of the planner fail: what it is called with, and what it must say. */
export interface CommandError {
  readonly name: string
  readonly args?: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly says: RegExp
}

const NO_NAME = 'no-such-name.invalid'

/**
 * Commands that fail because of what the environment says; every one has all secrets in it.
 * @param nowhere - `host:port` where nobody listens
 */
export function commandErrors(
  { env, secrets, redis, databaseServer }: CanaryStack,
  nowhere: string,
): CommandError[] {
  const { MYSQL_URL = '', REDIS_URL = '', TOPICS_DIR = '' } = env
  const file = join(TOPICS_DIR, 'secret.txt')
  writeFileSync(file, `${secrets.database}\n`)
  const mysql = (
    place: Parameters<typeof urlFor>[3],
    user = 'canary_importer',
    password = secrets.database,
  ) => urlFor(MYSQL_URL, user, password, place)
  const error = (
    name: string,
    changes: Record<string, string>,
    says: RegExp,
    args?: readonly string[],
  ): CommandError => ({
    name,
    env: { ...env, ...changes },
    says,
    ...(args === undefined ? {} : { args }),
  })
  const runs = ['runs']
  return [
    // First those that wait for an answer that never comes: the others need not wait for them.
    error(
      'database: Redis instead',
      { MYSQL_URL: mysql({ host: `127.0.0.1:${redis.port}` }) },
      /database|unexpected/,
      ['runs', '--limit', '1'],
    ),
    error(
      'Redis: no such name',
      { REDIS_URL: urlFor(REDIS_URL, 'canary', secrets.redis, { host: NO_NAME }) },
      /ENOTFOUND|EAI_AGAIN/,
    ),
    error(
      'Redis: nobody listens',
      { REDIS_URL: urlFor(REDIS_URL, 'canary', secrets.redis, { host: nowhere }) },
      /Redis can't be reached/,
    ),
    error(
      'Redis: no TLS there',
      { REDIS_URL: urlFor(REDIS_URL, 'canary', secrets.redis).replace('redis:', 'rediss:') },
      /Redis can't be reached/,
    ),
    error(
      'Redis: the database instead',
      { REDIS_URL: urlFor(REDIS_URL, 'canary', secrets.redis, { host: `127.0.0.1:${databaseServer.port}` }) },
      /Redis/,
    ),
    error(
      'doctor with nothing there',
      {
        MYSQL_URL: mysql({ host: nowhere }),
        REDIS_URL: urlFor(REDIS_URL, 'c', secrets.redis, { host: nowhere }),
      },
      /ECONNREFUSED/,
      ['doctor'],
    ),
    error('database: no such name', { MYSQL_URL: mysql({ host: NO_NAME }) }, /ENOTFOUND|EAI_AGAIN/, runs),
    error('database: nobody listens', { MYSQL_URL: mysql({ host: nowhere }) }, /database 127/, runs),
    error(
      'database: wrong password',
      { MYSQL_URL: mysql({}, 'canary_importer', `${secrets.database}x`) },
      /Access denied/,
      runs,
    ),
    error('database: unknown user', { MYSQL_URL: mysql({}, 'nobody_of_ours') }, /Access denied/, runs),
    error(
      'database: no such schema',
      { MYSQL_URL: mysql({ path: '/nothing_here' }) },
      /Access denied|Unknown database/,
      runs,
    ),
    error('database: no TLS there', { MYSQL_CA_FILE: file }, /PEM|certificate|secure connection|SSL/i, runs),
    error(
      'import_log: wrong password',
      { IMPORT_LOG_URL: mysql({}, 'nobody', secrets.admin) },
      /Access denied/,
      ['show', 'pet_license'],
    ),
    error('migrate: wrong password', {}, /Access denied/, ['migrate']),
    error(
      'Redis: wrong password',
      { REDIS_URL: urlFor(REDIS_URL, 'canary', `${secrets.redis}x`) },
      /WRONGPASS/,
    ),
    error(
      'settings that are none',
      {
        MYSQL_URL: `mysql://u:%zz${secrets.token}@h/rover`,
        MYSQL_ADMIN_URL: `postgres://u:${secrets.token}@h/rover`,
        IMPORT_LOG_URL: `mysql//u:${secrets.token}@h/rover`,
        REDIS_URL: `redis//:${secrets.token}@h`,
        SOCRATA_APP_TOKENS: `h=${secrets.token}=${secrets.token}`,
        LOG_LEVEL: 'loud',
      },
      /MYSQL_URL: has a %.*MYSQL_ADMIN_URL: must be.*IMPORT_LOG_URL: must be.*SOCRATA_APP_TOKENS: must be.*LOG_LEVEL/,
    ),
    error('secrets twice', { MYSQL_URL_FILE: file }, /MYSQL_URL and MYSQL_URL_FILE are both set/),
    error(
      'a host that is not trusted',
      { INSECURE_SOURCE_HOSTS: '' },
      /is refused: it is asked over plain http/,
    ),
    error('no such topic', {}, /there is no topic/, ['enqueue', 'cats']),
    error('no such run', {}, /no run/i, ['show', 'zzzz9999']),
  ]
}

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  ({ kind: 'status', status, body: typeof body === 'string' ? body : JSON.stringify(body), headers }) as const

const echoOf = (token: string) => ({
  message: `no: ${token}`,
  errorCode: token,
  code: token,
  data: { column: token },
})

/** Answers that a plan ends by; each tells back what it was sent. */
export const planErrors = (token: string) => ({
  'a refused token': answer(403, {
    code: 'permission_denied',
    message: `Invalid app_token specified: ${token}`,
  }),
  'nothing there': answer(404, echoOf(token)),
  'a redirect': answer(307, token, { location: `https://u:${token}@elsewhere.example/${token}?t=${token}` }),
})

/** Answers that a page ends by. */
export const pageErrors = (token: string) => ({
  'a bad request': answer(400, echoOf(token)),
  'a missing column': answer(400, { ...echoOf(token), errorCode: 'query.soql.no-such-column' }),
  'a login': answer(401, echoOf(token)),
  'a refusal': answer(403, echoOf(token)),
  'a redirect': answer(302, '', { location: `https://u:${token}@elsewhere.example/${token}?t=${token}` }),
  'a teapot': answer(418, `<html>${token}</html>`),
})

/** Answers that a page is asked for again after. */
export function passingTroubles(token: string) {
  return [
    { kind: 'status', status: 500, body: `<html>${token}</html>` },
    { kind: 'status', status: 503, body: JSON.stringify({ message: token, code: token }) },
    { kind: 'status', status: 429, body: token, headers: { 'retry-after': '1' } },
    { kind: 'status', status: 202, body: token },
    { kind: 'body', body: `<html>${token}</html>`, contentType: 'text/html' },
    { kind: 'body', body: `[{"species":"${token}"` },
    { kind: 'cut', afterBytes: 100 },
    { kind: 'truncate', afterBytes: 100 },
  ] as const
}
