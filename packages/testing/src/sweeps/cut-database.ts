import { once } from 'node:events'
import { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { Database, Session } from '@gather/ledger'
import mysql, { type Connection, type QueryOptions } from 'mysql2/promise'

/**
 * What becomes of the file that LOAD DATA LOCAL reads:
 * - `ended`: it ends early, as if that were all.
 * - `failed`: its stream ends with an error.
 * - `silent`: its stream is destroyed without an error, and nothing comes any more.
 * - `closed`, `reset`: our side of the connection goes away.
 * - `killed`: the server ends the session.
 */
export const FILE_DAMAGES = ['ended', 'failed', 'silent', 'closed', 'reset', 'killed'] as const
export type FileDamage = (typeof FILE_DAMAGES)[number]

/** Where the file is damaged: so many of its bytes are still sent. */
export interface FileCut {
  readonly damage: FileDamage
  readonly placeOf: (fileBytes: number) => number
}

/** What was done to a file. */
export interface DamagedFile {
  readonly sentBytes: number
  readonly fileBytes: number
}

/** Long for a statement on a page of rows, short for a test that has to wait for it. */
const STATEMENT_TIMEOUT_MS = 400

/** The product's own sessions, over connections whose next file is damaged. */
export class CutDatabase extends Database {
  readonly #url: string
  #cut: FileCut | undefined
  #damaged: DamagedFile | undefined

  constructor(url: string) {
    super({ url, connectionsMax: 2 })
    this.#url = url
  }

  /** Damages the next file; without a cut files are left alone. */
  cutNext(cut: FileCut | undefined): void {
    this.#cut = cut
    this.#damaged = undefined
  }

  /** What became of the file since {@link cutNext}; undefined where none was asked for. */
  get damaged(): DamagedFile | undefined {
    return this.#damaged
  }

  override async withSession<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const connection = await mysql.createConnection({ uri: this.#url, charset: 'utf8mb4_bin' })
    connection.on('error', () => {})
    const timeoutMs = this.#cut?.damage === 'silent' ? STATEMENT_TIMEOUT_MS : undefined
    try {
      return await work(new Session(this.#intercept(connection), timeoutMs))
    } finally {
      connection.destroy()
    }
  }

  #intercept(connection: Connection): Connection {
    return new Proxy(connection, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value !== 'function') return value
        if (name !== 'query') return value.bind(target)
        return (options: QueryOptions) => target.query(this.#damage(connection, options))
      },
    })
  }

  #damage(connection: Connection, options: QueryOptions): QueryOptions {
    const original: unknown = options.infileStreamFactory
    const cut = this.#cut
    if (typeof original !== 'function' || cut === undefined) return options
    const infileStreamFactory = (path: string) => {
      const damaged: Readable = Readable.from(
        this.#damagedFile(connection, cut, original(path), () => damaged),
        { objectMode: false },
      )
      return damaged
    }
    return { ...options, infileStreamFactory }
  }

  async *#damagedFile(connection: Connection, cut: FileCut, whole: Readable, self: () => Readable) {
    const file = await buffer(whole)
    const sentBytes = cut.placeOf(file.length)
    this.#damaged = { sentBytes, fileBytes: file.length }
    if (sentBytes > 0) yield file.subarray(0, sentBytes)
    switch (cut.damage) {
      case 'ended':
        return
      case 'failed':
        throw new Error('the file broke off')
      case 'silent':
        setImmediate(() => self().destroy())
        await new Promise(() => {})
        return
      case 'closed':
      case 'reset':
        await dropSocket(connection, cut.damage)
        break
      case 'killed':
        await this.#kill(connection.threadId)
    }
    yield file.subarray(sentBytes)
  }

  async #kill(connectionId: number): Promise<void> {
    await super.withSession((session) => session.write(`KILL ${connectionId}`))
  }
}

/** Ends our side of a connection, the bytes that were written being sent before a `closed` one ends. */
async function dropSocket(connection: Connection, damage: 'closed' | 'reset'): Promise<void> {
  const driver: object = Reflect.get(connection, 'connection')
  const socket: unknown = Reflect.get(driver, 'stream')
  if (!(socket instanceof Socket)) throw new Error('the driver shows no socket')
  const gone = once(socket, 'close')
  if (damage === 'closed') socket.end()
  else socket.resetAndDestroy()
  await gone
}
