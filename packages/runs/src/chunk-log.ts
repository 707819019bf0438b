import { type LogEntry, type Queryable, type RunRecord, writeLogEntries } from '@gather/ledger'
import { type Closable, type Logger, toFault } from '@gather/platform'
import { runLog } from './run-log.ts'

/** Of one run; more are left to the settler: the log has been away for long. */
const ENTRIES_MAX = 10_000

interface WaitingRun {
  readonly run: RunRecord
  readonly entries: LogEntry[]
}

/**
 * Writes the import_log rows of pages, without a page waiting for its row. The settler writes rows of the last generation that are
 * missing, so a log that is away, or a death before they are written, holds nothing up.
 */
export class ChunkLog implements Closable {
  readonly #importLog: Queryable
  readonly #log: Logger
  #waiting = new Map<string, WaitingRun>()
  #writing: Promise<void> | undefined

  constructor(importLog: Queryable, log: Logger) {
    this.#importLog = importLog
    this.#log = log
  }

  add(run: RunRecord, entry: LogEntry): void {
    const waiting = this.#waiting.get(run.runId) ?? { run, entries: [] }
    if (waiting.entries.length < ENTRIES_MAX) waiting.entries.push(entry)
    this.#waiting.set(run.runId, waiting)
    this.#writing ??= this.#writeAll()
  }

  /** Resolves when nothing waits any more; may be called twice. */
  async close(): Promise<void> {
    await this.#writing
  }

  /** One write at a time: what comes meanwhile is part of the next one. */
  async #writeAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      const waiting = this.#waiting
      this.#waiting = new Map()
      for (const { run, entries } of waiting.values()) await this.#write(run, entries)
    }
    this.#writing = undefined
  }

  async #write(run: RunRecord, entries: LogEntry[]): Promise<void> {
    try {
      // In the settler's order, so that two writers of the same rows do not wait for each other.
      await writeLogEntries(this.#importLog, run, entries.sort(byPage))
    } catch (error) {
      runLog({ log: this.#log }, run).warn(
        { err: toFault(error), pages: entries.length },
        'import_log.skipped',
      )
    }
  }
}

const byPage = (a: LogEntry, b: LogEntry): number => a.generation - b.generation || a.pageNo - b.pageNo
