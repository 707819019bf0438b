import { readFileSync } from 'node:fs'
import { Fault, LIMITS } from '@gather/platform'
import mysql, { type ConnectionOptions, type PoolConnection } from 'mysql2/promise'
import { databaseFault } from './database-faults.ts'
import { type Queryable, Session, type WriteResult } from './session.ts'

export interface DatabaseOptions {
  /** `mysql://user:password@host:port/schema` */
  readonly url: string
  /** PEM file of the authority that signed the server's certificate; turns TLS on. */
  readonly caFile?: string | undefined
  /** Connections kept at most. */
  readonly connectionsMax?: number
  /** Job lock in milliseconds: idle connections are dropped by the server after two of them, lock waits end well below half. */
  readonly jobLockMs?: number
  /** Connect without choosing the schema, which may not exist yet. */
  readonly withoutSchema?: boolean
}

const STATEMENT_TIMEOUT_MS = 60_000
const CONNECT_TIMEOUT_MS = 10_000
/** The servers count idleness in seconds, and a busy machine must not be taken for a dead one. */
const IDLE_MS_MIN = 4_000

/** A pool of connections to one schema, each with the session settings that the import depends on. */
export class Database implements Queryable {
  readonly schema: string
  /** `host:port`, for logs and the import_log; without credentials. */
  readonly host: string
  readonly #options: ConnectionOptions
  readonly #jobLockMs: number
  /** Milliseconds after which the server ends a connection that gives no sign of life. */
  readonly #idleMs: number
  readonly #pool: mysql.Pool
  readonly #prepared = new WeakSet<object>()
  #closing: Promise<void> | undefined

  constructor(options: DatabaseOptions) {
    const url = new URL(options.url)
    this.schema = decodeURIComponent(url.pathname.slice(1))
    this.host = `${url.hostname}:${url.port || '3306'}`
    this.#options = connectionOptions(url, options)
    this.#jobLockMs = options.jobLockMs ?? 30_000
    this.#idleMs = Math.max(IDLE_MS_MIN, 2 * this.#jobLockMs)
    this.#pool = mysql.createPool({
      ...this.#options,
      connectionLimit: options.connectionsMax ?? 8,
    })
  }

  rows<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]> {
    return this.withSession((session) => session.rows<Row>(sql, params))
  }

  write(sql: string, params?: readonly unknown[]): Promise<WriteResult> {
    return this.withSession((session) => session.write(sql, params))
  }

  /** Runs `work` in a transaction on a pooled connection; rolls back when it throws. */
  transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.withSession((session) => session.transaction(() => work(session)))
  }

  /** Runs `work` with a pooled connection, which is thrown away if it broke. */
  async withSession<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const connection = await this.#acquire()
    const session = new Session(connection, STATEMENT_TIMEOUT_MS)
    try {
      return await work(session)
    } finally {
      if (session.broken) connection.destroy()
      else connection.release()
    }
  }

  /**
   * Runs `work` with a connection of its own and no statement timeout, closed afterwards: for locks and long statements.
   * It is kept alive while this process lives; the server ends that of a stopped one, and with it locks and transaction.
   */
  async withOwnSession<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const connection = await this.#guard(() => mysql.createConnection(this.#options))
    connection.on('error', () => {})
    const session = new Session(connection)
    const endKeepAlive = session.keepAlive(this.#idleMs / 4)
    try {
      for (const setting of sessionSettings(this.#jobLockMs, this.#idleMs)) await session.write(setting)
      return await work(session)
    } finally {
      endKeepAlive()
      connection.destroy()
    }
  }

  /** Ends all connections; may be called twice. */
  close(): Promise<void> {
    this.#closing ??= this.#pool.end().catch(() => {})
    return this.#closing
  }

  async #acquire(): Promise<PoolConnection> {
    const connection = await this.#guard(() => this.#pool.getConnection())
    if (this.#prepared.has(connection.connection)) return connection
    try {
      const session = new Session(connection, STATEMENT_TIMEOUT_MS)
      for (const setting of sessionSettings(this.#jobLockMs, this.#idleMs)) await session.write(setting)
    } catch (error) {
      connection.destroy()
      throw error
    }
    this.#prepared.add(connection.connection)
    return connection
  }

  async #guard<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      throw withHost(databaseFault(error), this.host)
    }
  }
}

function withHost(fault: Fault, host: string): Fault {
  const message = fault.message.replace(/^database: /, `database ${host}: `)
  return new Fault({
    code: fault.code,
    kind: fault.kind,
    message,
    context: fault.context,
    cause: fault.cause,
  })
}

function connectionOptions(url: URL, options: DatabaseOptions): ConnectionOptions {
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

/** Everything the import depends on is set here, whatever the server's defaults are. */
function sessionSettings(jobLockMs: number, idleMs: number): string[] {
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
