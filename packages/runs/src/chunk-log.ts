import { type LogEntry, type Queryable, type RunRecord, writeLogEntries } from '@gather/ledger'
import { type Closable, type Logger, toFault } from '@gather/platform'

/** More than these are left to the settler: the log has been away for long. */
const ENTRIES_MAX = 10_000

/**
 * Writes the import_log rows of pages, without a page waiting for its row. The settler writes rows of the last generation that are
 * missing, so a log that is away, or a death before they are written, holds nothing up.
 */
export class ChunkLog implements Closable {
  readonly #importLog: Queryable
  readonly #log: Logger
  #waiting: { readonly run: RunRecord; readonly entry: LogEntry }[] = []
  #writing: Promise<void> | undefined
  #isClosed = false

  constructor(importLog: Queryable, log: Logger) {
    this.#importLog = importLog
    this.#log = log
  }

  add(run: RunRecord, entry: LogEntry): void {
    if (this.#waiting.length < ENTRIES_MAX) this.#waiting.push({ run, entry })
    this.#writing ??= this.#writeAll()
  }

  /** Writes what waits; may be called twice. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#writing
    await this.#writeWaiting()
  }

  /** One write at a time: what comes meanwhile is part of the next one. */
  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#isClosed) {
      await this.#writeWaiting()
    }
    this.#writing = undefined
  }

  async #writeWaiting(): Promise<void> {
    const byRun = Map.groupBy(this.#waiting, ({ run }) => run.runId)
    this.#waiting = []
    for (const [runId, waiting] of byRun) {
      const [first] = waiting
      if (first === undefined) continue
      // In the settler's order, so that two writers of the same rows do not wait for each other.
      const entries = waiting.map(({ entry }) => entry).sort(byPage)
      try {
        await writeLogEntries(this.#importLog, first.run, entries)
      } catch (error) {
        this.#log.warn({ err: toFault(error), run: runId, pages: entries.length }, 'import_log.skipped')
      }
    }
  }
}

const byPage = (a: LogEntry, b: LogEntry): number => a.generation - b.generation || a.pageNo - b.pageNo
