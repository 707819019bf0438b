import { Fault } from '@gather/platform'
import mysql, { type Connection, type ConnectionOptions, type PoolConnection } from 'mysql2/promise'
import { connectionOptions, sessionSettings } from './connection-settings.ts'
import { databaseFault } from './database-faults.ts'
import { type Queryable, Session, type WriteResult } from './session.ts'
import { watchSession } from './watch-session.ts'

export interface DatabaseOptions {
  /** `mysql://user:password@host:port/schema` */
  readonly url: string
  /** PEM file of the authority that signed the server's certificate; turns TLS on. */
  readonly caFile?: string | undefined
  /** Connections kept at most. */
  readonly connectionsMax?: number
  /**
   * Job lock in milliseconds: after two of them the server drops an idle connection, and we give up a statement of a pooled
   * one; lock waits end well below half.
   */
  readonly jobLockMs?: number
  /** Connect without choosing the schema, which may not exist yet. */
  readonly withoutSchema?: boolean
}

/** The least that a statement may take, however short the job lock is. */
const STATEMENT_MS_MIN = 8_000
/** A connection that was idle for longer is asked for a sign of life before it is used. */
const QUIET_MS = 1_000
const ANSWER_TIMEOUT_MS = 5_000
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
  /** When a connection was last seen to work; one without a time is new. */
  readonly #workedAtMs = new WeakMap<object, number>()
  /** Then one gave no answer: those that have not worked since are taken for dead as well. */
  #deafAtMs = Number.NEGATIVE_INFINITY
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
    const session = new Session(connection, this.#statementMs)
    try {
      return await work(session)
    } finally {
      if (session.broken) connection.destroy()
      else this.#release(connection)
    }
  }

  /**
   * Runs `work` with a connection of its own and no statement timeout, closed afterwards: for locks and long statements.
   * It is kept alive while this process lives; the server ends that of a stopped one, and with it locks and transaction.
   * A statement whose session the server has ended is given up, also where nobody told us.
   */
  async withOwnSession<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const connection = await this.#guard(() => mysql.createConnection(this.#options))
    connection.on('error', () => {})
    const session = new Session(connection)
    const endKeepAlive = session.keepAlive(this.#idleMs / 4)
    let endWatch = () => {}
    try {
      await this.#setUp(connection)
      endWatch = await watchSession(this, session, this.#idleMs)
      return await work(session)
    } finally {
      endWatch()
      endKeepAlive()
      connection.destroy()
    }
  }

  /** Ends all connections; may be called twice. */
  close(): Promise<void> {
    this.#closing ??= this.#pool.end().catch(() => {})
    return this.#closing
  }

  get #statementMs(): number {
    return Math.max(STATEMENT_MS_MIN, this.#idleMs)
  }

  async #acquire(): Promise<PoolConnection> {
    for (;;) {
      const connection = await this.#guard(() => this.#pool.getConnection())
      const workedAtMs = this.#workedAtMs.get(connection.connection)
      if (workedAtMs === undefined) return await this.#prepare(connection)
      if (workedAtMs > this.#deafAtMs && (await this.#answers(connection, workedAtMs))) return connection
      connection.destroy()
    }
  }

  async #prepare(connection: PoolConnection): Promise<PoolConnection> {
    try {
      await this.#setUp(connection)
      return connection
    } catch (error) {
      connection.destroy()
      throw error
    }
  }

  async #setUp(connection: Connection): Promise<void> {
    const session = new Session(connection, this.#statementMs)
    for (const setting of sessionSettings(this.#jobLockMs, this.#idleMs)) await session.write(setting)
  }

  /** A way to the server that is dead without having said so would otherwise cost the next statement its whole timeout. */
  async #answers(connection: PoolConnection, workedAtMs: number): Promise<boolean> {
    const askedAtMs = performance.now()
    if (askedAtMs - workedAtMs < QUIET_MS) return true
    try {
      await connection.query({ sql: 'SELECT 1', timeout: ANSWER_TIMEOUT_MS })
      return true
    } catch {
      this.#deafAtMs = askedAtMs
      return false
    }
  }

  #release(connection: PoolConnection): void {
    this.#workedAtMs.set(connection.connection, performance.now())
    connection.release()
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
