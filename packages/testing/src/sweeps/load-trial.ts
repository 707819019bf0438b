import { setTimeout as sleep } from 'node:timers/promises'
import { type ClaimedPage, type Database, listPages } from '@gather/ledger'
import { isFault } from '@gather/platform'
import { encodePage, MysqlStore, type RunTables, stagingName } from '@gather/store'
import { type CutDatabase, FILE_DAMAGES, type FileDamage } from './cut-database.ts'
import { HOSTILE_TEXTS } from './hostile-texts.ts'
import type { LoadCut, LoadReport } from './load-report.ts'
import { claimPageNo, defineThings, PAGE_MEASURES, startLoading } from './loading-run.ts'
import { createSeededRandom } from './seeded-random.ts'

const ROW_COUNT = 40
const TRIES_MAX = 500
const PAUSE_MS = 20
/** A silent stream is only ended by the statement's timeout: few of them are tried. */
const SILENT_SHARE = 0.05
const QUICK_DAMAGES = FILE_DAMAGES.filter((damage) => damage !== 'silent')

const topic = defineThings({
  name: { type: 'text' },
  n: { type: 'int' },
  d: { type: 'decimal(10,2)' },
  t: { type: 'datetime' },
})

/** One page and its run, tried until it is stored. */
export class LoadTrial {
  readonly #seed: number
  readonly #database: Database
  readonly #cutting: CutDatabase
  readonly #store: MysqlStore
  readonly #encoded: ReturnType<typeof encodePage>
  readonly #byForm: Record<string, number> = {}
  readonly #byCode: Record<string, number> = {}
  readonly #accepted: LoadCut[] = []
  #page: ClaimedPage | undefined
  #refused = 0

  constructor(seed: number, database: Database, cutting: CutDatabase) {
    this.#seed = seed
    this.#database = database
    this.#cutting = cutting
    this.#store = new MysqlStore(cutting)
    this.#encoded = encodePage(topic, makeRows(seed), 1)
  }

  async tryPoint(point: number): Promise<void> {
    const random = createSeededRandom(this.#seed, point)
    const form = random.next() < SILENT_SHARE ? 'silent' : random.pick(QUICK_DAMAGES)
    const place = { isEdge: random.next() < 0.5, share: random.next() }
    const error = await this.#storeDamaged(form, point, (fileBytes) => placeOf(fileBytes, place))
    const { sentBytes: at = 0, fileBytes: of = 0 } = this.#cutting.damaged ?? {}
    const leftovers = await this.#readLeftovers()
    this.#byForm[form] = (this.#byForm[form] ?? 0) + 1
    if (leftovers === undefined && error !== undefined) this.#countRefused(error)
    else {
      const outcome = `${leftovers ?? 'nothing stored'}, ${error === undefined ? 'no error' : String(error)}`
      this.#accepted.push({ seed: this.#seed, point, form, at, of, outcome })
      this.#page = undefined
    }
  }

  /** Stores the whole page, over a connection of the same kind. */
  async finish(): Promise<LoadReport> {
    this.#cutting.cutNext(undefined)
    const page = await this.#openPage()
    await this.#store.storePage(topic, page, this.#encoded, PAGE_MEASURES)
    const leftovers = await this.#readLeftovers()
    if (leftovers !== `${ROW_COUNT} rows, page done`) throw new Error(`the whole page left ${leftovers}`)
    return {
      seed: this.#seed,
      pointCount: this.#refused + this.#accepted.length,
      byForm: this.#byForm,
      byCode: this.#byCode,
      refused: this.#refused,
      accepted: this.#accepted,
      wholeAccepted: 1,
    }
  }

  /** @returns how the store refused; undefined where it did not */
  async #storeDamaged(damage: FileDamage, point: number, placeIn: (fileBytes: number) => number) {
    for (let tries = 1; tries <= TRIES_MAX; tries++) {
      const page = await this.#openPage()
      this.#cutting.cutNext({ damage, placeOf: placeIn })
      const error = await this.#store.storePage(topic, page, this.#encoded, PAGE_MEASURES).then(
        () => undefined,
        (reason: unknown) => reason ?? 'nothing',
      )
      if (this.#cutting.damaged !== undefined) return error
      // The server may still be rolling the try before back.
      await sleep(PAUSE_MS)
    }
    throw new Error(`seed ${this.#seed}, point ${point}: no file was asked for in ${TRIES_MAX} tries`)
  }

  async #openPage(): Promise<ClaimedPage> {
    if (this.#page !== undefined) return this.#page
    const size = { plannedRows: ROW_COUNT }
    const run = await startLoading(this.#database, new MysqlStore(this.#database), topic, size)
    this.#page = await claimPageNo(this.#database, run)
    return this.#page
  }

  /** What is visible of the page, or undefined where nothing is. */
  async #readLeftovers(): Promise<string | undefined> {
    const page = await this.#openPage()
    const rowCount = await countRows(this.#database, page)
    const [state] = await listPages(this.#database, page.runId, page.generation)
    return rowCount === 0 && state?.state === 'claimed' ? undefined : `${rowCount} rows, page ${state?.state}`
  }

  #countRefused(error: unknown): void {
    const code = isFault(error) ? error.code : String(error)
    this.#byCode[code] = (this.#byCode[code] ?? 0) + 1
    this.#refused += 1
  }
}

/** Rows whose last field is a time, which stays a valid one when it is cut. */
function makeRows(seed: number) {
  const random = createSeededRandom(seed, -1)
  return Array.from({ length: ROW_COUNT }, (_, index) => ({
    name: random.pick(HOSTILE_TEXTS),
    n: random.below(1_000_000),
    d: `${random.below(1_000_000)}.25`,
    t: '2026-07-16T17:40:22.123',
    ':id': `row-${index}`,
    ':updated_at': '2026-07-16T17:40:22.987Z',
  }))
}

const LAST_BYTES = 30

/** Half of the places lie in the last row, whose cut fields are easily taken for whole ones. Its line end may be missing. */
function placeOf(fileBytes: number, place: { isEdge: boolean; share: number }): number {
  const end = fileBytes - 2
  if (place.isEdge) return Math.max(0, end - Math.floor(place.share * LAST_BYTES))
  return Math.floor(place.share * end)
}

async function countRows(database: Database, run: RunTables): Promise<number> {
  const [row] = await database.rows<{ n: number }>(
    `SELECT COUNT(*) AS n FROM \`${stagingName(run.runId, run.generation)}\``,
  )
  return row?.n ?? 0
}
