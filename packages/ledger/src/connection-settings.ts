import { readFileSync } from 'node:fs'
import { LIMITS } from '@gather/platform'
import type { ConnectionOptions } from 'mysql2/promise'
import type { DatabaseOptions } from './database.ts'

const CONNECT_TIMEOUT_MS = 10_000

/** How the driver connects to the server that `url` names. */
export function connectionOptions(
  url: URL,
  options: Pick<DatabaseOptions, 'withoutSchema' | 'caFile'>,
): ConnectionOptions {
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port || 3306),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    ...(options.withoutSchema ? {} : { database: decodeURIComponent(url.pathname.slice(1)) }),
    ...(options.caFile ? { ssl: { ca: readFileSync(options.caFile, 'utf8'), verifyIdentity: true } } : {}),
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    enableKeepAlive: true,
    keepAliveInitialDelay: 10_000,
    multipleStatements: false,
  }
}

/**
 * Everything the import depends on is set here, whatever the server's defaults are.
 * @param idleMs - after so long without a sign of life the server ends the session
 */
export function sessionSettings(jobLockMs: number, idleMs: number): string[] {
  const idleSeconds = Math.ceil(idleMs / 1000)
  const lockWaitSeconds = Math.max(1, Math.floor(jobLockMs / 2000) - 1)
  return [
    `SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
       time_zone = '+00:00', lock_wait_timeout = ${LIMITS.lockWaitSeconds}, innodb_lock_wait_timeout = ${Math.min(5, lockWaitSeconds)},
       wait_timeout = ${idleSeconds}, net_read_timeout = ${idleSeconds}, net_write_timeout = ${idleSeconds},
       group_concat_max_len = 1048576`,
    'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  ]
}
