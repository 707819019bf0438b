import type { Topic } from '@gather/topics'
import type { Arena } from '../arena.ts'

/** What the yardsticks load, and where. */
export interface YardstickSetup {
  readonly arena: Arena
  /** With the address of the portal and the rows of a page. */
  readonly topic: Topic
  readonly rowCount: number
  readonly workerCount: number
  readonly concurrency: number
  /** The published table's own. */
  readonly definition: string
  /** The same rows as lines for LOAD DATA. */
  readonly dataFile: string
  /** For files. */
  readonly folder: string
}

/** Another way to get the same rows into a table. */
export interface Yardstick {
  readonly name: string
  /** False where it loads a sample and its time is scaled up. */
  readonly loadsAll: boolean
  /** Loads into an empty schema; resolves with the milliseconds that all rows take. */
  load(): Promise<number>
  close?(): Promise<void>
}

/** A yardstick whose programs this machine has not. */
export interface Skipped {
  /** In a sentence. */
  readonly skipped: string
}
