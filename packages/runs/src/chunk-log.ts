import { type LogEntry, type Queryable, type RunRecord, writeLogEntries } from '@gather/ledger'
import { type Closable, type Logger, phase, toFault } from '@gather/platform'

/** A person who watches the import_log waits no longer than this; a row for each page by itself costs a commit for each. */
const DELAY_MS = 500

/**
 * Writes the import_log rows of pages, those of half a second at once. The settler writes rows that are missing, so a log that
 * is away, or a death before they are written, holds nothing up and loses nothing.
 */
export class ChunkLog implements Closable {
  readonly #importLog: Queryable
  readonly #log: Logger
  #waiting = new Map<string, { readonly run: RunRecord; readonly entries: LogEntry[] }>()
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(importLog: Queryable, log: Logger) {
    this.#importLog = importLog
    this.#log = log
  }

  add(run: RunRecord, entry: LogEntry): void {
    const waiting = this.#waiting.get(run.runId) ?? { run, entries: [] }
    waiting.entries.push(entry)
    this.#waiting.set(run.runId, waiting)
    this.#timer ??= setTimeout(() => this.#flush(), DELAY_MS)
  }

  /** Writes what waits; may be called twice. */
  async close(): Promise<void> {
    this.#flush()
    await this.#writing
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const waiting = this.#waiting
    this.#waiting = new Map()
    for (const { run, entries } of waiting.values()) {
      this.#writing = this.#writing.then(() => this.#write(run, entries))
    }
  }

  async #write(run: RunRecord, entries: readonly LogEntry[]): Promise<void> {
    try {
      await phase('page.log', () => writeLogEntries(this.#importLog, run, entries))
    } catch (error) {
      this.#log.warn({ err: toFault(error), run: run.runId, pages: entries.length }, 'import_log.skipped')
    }
  }
}
