import { Readable } from 'node:stream'
import { Fault, faultPoint } from '@gather/platform'
import type { Connection, PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import { databaseFault } from './database-faults.ts'

/** A value a statement takes in the place of a `?`. */
export type SqlValue = string | number | boolean | null | Buffer

/** What a writing statement did. */
export interface WriteResult {
  readonly affectedRows: number
  /** The server's own summary, such as `Records: 3  Deleted: 0  Skipped: 0  Warnings: 0`. */
  readonly info: string
  readonly warningCount: number
}

/** Anything that runs statements: a pool or one connection. Rejects with a `Fault` made from the server's error. */
export interface Queryable {
  /** Rows of a reading statement; columns as the server names them. */
  rows<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]>
  /** Runs a writing statement. */
  write(sql: string, params?: readonly unknown[]): Promise<WriteResult>
}

/** One database connection, held by one piece of work. */
export class Session implements Queryable {
  readonly #connection: Connection | PoolConnection
  readonly #timeoutMs: number | undefined
  readonly #abandoned = Promise.withResolvers<never>()
  #waitingCount = 0
  #broken = false

  /** @param timeoutMs - bound of a single statement; none for index builds and digests */
  constructor(connection: Connection | PoolConnection, timeoutMs?: number) {
    this.#connection = connection
    this.#timeoutMs = timeoutMs
    this.#abandoned.promise.catch(() => {})
  }

  /** The server's number of this connection: what `KILL` takes. */
  get id(): number {
    return this.#connection.threadId
  }

  async rows<Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    const [rows] = await this.#run<RowDataPacket[]>(sql, params)
    return rows as Row[]
  }

  async write(sql: string, params: readonly unknown[] = []): Promise<WriteResult> {
    const [result] = await this.#run<ResultSetHeader>(sql, params)
    return {
      affectedRows: result.affectedRows,
      info: result.info ?? '',
      warningCount: result.warningStatus ?? 0,
    }
  }

  /**
   * Runs `LOAD DATA LOCAL INFILE`: whatever path the server asks for, it gets `body`, once, and only in this statement.
   */
  async load(sql: string, body: Buffer): Promise<WriteResult> {
    let served = false
    const infileStreamFactory = () => {
      if (served) throw new Error('the server asked for a second file')
      served = true
      return Readable.from(chunksOf(body), { objectMode: false })
    }
    const [result] = await this.#guard(async () => {
      const answer = await this.#connection.query<ResultSetHeader>({
        sql,
        ...this.#timeout(),
        infileStreamFactory,
      })
      // The driver takes a second request for a file for some other answer.
      if (!Number.isInteger(answer[0].affectedRows)) throw new Error('the server did not say what it stored')
      return answer
    })
    return {
      affectedRows: result.affectedRows,
      info: result.info ?? '',
      warningCount: result.warningStatus ?? 0,
    }
  }

  /** Runs `work` in a transaction; rolls back when it throws. A connection that can't roll back is broken. */
  async transaction<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.write('START TRANSACTION')
    try {
      const result = await work()
      await this.write('COMMIT')
      return result
    } catch (error) {
      if (this.#broken) this.destroy()
      else await this.write('ROLLBACK').catch(() => this.destroy())
      throw error
    }
  }

  /** Gives the server a sign of life every `intervalMs` until the function returned is called. */
  keepAlive(intervalMs: number): () => void {
    let isAsked = false
    const timer = setInterval(async () => {
      if (isAsked) return
      isAsked = true
      await this.#connection.ping().catch(() => {})
      isAsked = false
    }, intervalMs)
    return () => clearInterval(timer)
  }

  get broken(): boolean {
    return this.#broken
  }

  /** True while a statement has no answer yet. */
  get isWaiting(): boolean {
    return this.#waitingCount > 0
  }

  /** Throws the connection away, and rejects what still waits for an answer: the driver would let it wait for ever. */
  abandon(message: string): void {
    this.destroy()
    this.#abandoned.reject(new Fault({ code: 'DATABASE_LOST', kind: 'unavailable', message }))
  }

  /** Throws the connection away; the server rolls back what was open. */
  destroy(): void {
    this.#broken = true
    this.#connection.destroy()
  }

  #timeout() {
    return this.#timeoutMs === undefined ? {} : { timeout: this.#timeoutMs }
  }

  #run<Result extends RowDataPacket[] | ResultSetHeader>(sql: string, values: readonly unknown[]) {
    return this.#guard(() => this.#connection.query<Result>({ sql, values: [...values], ...this.#timeout() }))
  }

  async #guard<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#waitingCount++
    try {
      return await Promise.race([work(), this.#abandoned.promise])
    } catch (error) {
      const fault = asLost(databaseFault(error))
      if (fault.kind === 'unavailable' || isFileRequest(fault)) this.#broken = true
      throw fault
    } finally {
      this.#waitingCount--
    }
  }
}

/** A session had reached its server: what it can't reach any more, it has lost, perhaps after the statement was done. */
const asLost = (fault: Fault): Fault =>
  fault.code === 'DATABASE_UNREACHABLE'
    ? new Fault({ ...fault, code: 'DATABASE_LOST', message: fault.message, cause: fault.cause })
    : fault

/** A server that asks for a file of ours where none was offered is no server of ours. */
const isFileRequest = (fault: Fault): boolean =>
  /\bLOCAL INFILE\b.*\bserver wants to read\b/.test(fault.message)

/** Each is a packet of its own, and a server may take as little as a megabyte in one. */
const CHUNK_BYTES = 256 * 1024

function* chunksOf(body: Buffer): Generator<Buffer> {
  for (let start = 0; start < body.length; start += CHUNK_BYTES) {
    yield body.subarray(start, start + CHUNK_BYTES)
    faultPoint('mid_load')
  }
}
