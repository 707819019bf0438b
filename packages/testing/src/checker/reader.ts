import { setTimeout as sleep } from 'node:timers/promises'
import { Database } from '@gather/ledger'
import { isFault } from '@gather/platform'

/** What a reader of the published table has seen. */
export interface Reading {
  readonly pollCount: number
  /** The different contents it saw, in order; each `rows:digest`. */
  readonly contents: readonly string[]
  /** Codes of errors that no reader should get: a lost connection is none of them. */
  readonly errors: readonly string[]
}

export interface Reader {
  /** What the table holds now, in the form of {@link Reading.contents}. */
  look(): Promise<string>
  stop(): Promise<Reading>
}

const PAUSE_MS = 5
const OUTAGES = /^DATABASE_(UNREACHABLE|LOST|TIMEOUT|BUSY)$/

/** Polls a published table from now on, as a reader of the data would, by a connection of its own. */
export function startReader(url: string, table: string): Reader {
  const database = new Database({ url, connectionsMax: 1 })
  const stop = new AbortController()
  const contents: string[] = []
  const errors: string[] = []
  let pollCount = 0
  const look = async () => {
    const [row] = await database.rows<{ content: string }>(
      `SELECT CONCAT(COUNT(*), ':', COALESCE(SUM(CRC32(CONCAT_WS('/', source_row_id, source_updated_at))), 0)) AS content
       FROM \`${table}\``,
    )
    return row?.content ?? ''
  }
  const poll = async () => {
    try {
      const content = await look()
      pollCount += 1
      if (contents.at(-1) !== content) contents.push(content)
    } catch (error) {
      const code = isFault(error) ? error.code : String(error)
      if (!OUTAGES.test(code)) errors.push(code)
    }
  }
  const loop = (async () => {
    while (!stop.signal.aborted) {
      await poll()
      await sleep(PAUSE_MS)
    }
  })()
  return {
    look,
    async stop() {
      stop.abort()
      await loop
      // Had the last thing it saw been a mixture, what it sees now is one content more.
      await poll()
      await database.close()
      return { pollCount, contents, errors }
    },
  }
}
