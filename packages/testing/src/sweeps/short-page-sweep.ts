import type { Database } from '@gather/ledger'
import { createPageHandler, type Services } from '@gather/runs'
import { createSocrataSource } from '@gather/source'
import { type RunTables, stagingName } from '@gather/store'
import { encodeBody, frameAnswer, writeRows } from './answer-bytes.ts'
import { type Cut, type DamagedAnswer, describeCut, formName, WHOLE_FORMS } from './answer-cuts.ts'
import { defineThings, startLoading } from './loading-run.ts'
import { startRawPortal } from './raw-portal.ts'
import { createSeededRandom } from './seeded-random.ts'

export interface ShortPageOptions {
  /** Short pages to answer with; the whole ones, one per form, come on top. */
  readonly pointCount: number
  readonly seed: number
  /** Of a test stack: its database and its queue are used, its portal is not. */
  readonly services: Services
  /** Replays this one point of the sweep. */
  readonly onlyPoint?: number
  readonly signal?: AbortSignal
}

export interface ShortPageReport {
  readonly seed: number
  readonly pointCount: number
  readonly byForm: Readonly<Record<string, number>>
  /** Pages of which nothing was stored and whose generation was closed. */
  readonly refused: number
  /** Short pages that were stored: there must be none. */
  readonly accepted: readonly Cut[]
  readonly wholeAccepted: number
}

const PAGE_ROWS = 12
const topic = defineThings({ name: { type: 'text' }, note: { type: 'text' } })

/**
 * Answers a page by whole, valid JSON with fewer rows than planned, an empty array included, and lets the product's own page
 * handler judge it: claim, fetch, check, store.
 * @throws Error that names seed and point, where a whole page is not stored or something unforeseen happens
 */
export async function sweepShortPages(options: ShortPageOptions): Promise<ShortPageReport> {
  const { seed, services, signal } = options
  const portal = await startRawPortal((point) => shortAnswer(seed, point))
  const source = createSocrataSource({
    url: `http://${portal.host}`,
    dataset: topic.source.dataset,
    appTokens: new Map(),
    insecureHosts: [portal.host],
  })
  const handle = createPageHandler({ ...services, sourceOf: () => source }, { workerName: 'sweep' })
  const points = options.onlyPoint === undefined ? allPoints(options.pointCount) : [options.onlyPoint]
  const tally = new ShortPageTally(seed)
  try {
    for (const point of points) {
      signal?.throwIfAborted()
      const run = await startLoading(services.database, services.store, topic, { plannedRows: PAGE_ROWS })
      await movePage(services.database, run, point)
      await handle({ v: 1, ...run, pageNo: 0, enqueueNo: 1 }, new AbortController().signal).catch(
        (error: unknown) => {
          throw new Error(`seed ${seed}, point ${point}: ${String(error)}`, { cause: error })
        },
      )
      tally.add(shortAnswer(seed, point), await readOutcome(services.database, run))
      await services.store.dropStaging(run)
    }
  } finally {
    await source.close()
    await portal.close()
  }
  return tally.report()
}

const allPoints = (pointCount: number): number[] =>
  Array.from({ length: pointCount + WHOLE_FORMS.length }, (_, point) => point)

/** A whole answer of fewer rows; the first ones lack none. */
function shortAnswer(seed: number, point: number): DamagedAnswer {
  const random = createSeededRandom(seed, point)
  const form = WHOLE_FORMS[point] ?? random.pick(WHOLE_FORMS)
  const rowCount = point < WHOLE_FORMS.length ? PAGE_ROWS : random.below(PAGE_ROWS)
  const rows = Array.from({ length: rowCount }, (_, index) => ({
    name: `name ${index}`,
    ':id': `row-${point}-${index}`,
    ':updated_at': '2026-07-16T17:40:22.000Z',
  }))
  const bytes = frameAnswer(encodeBody(writeRows(rows), form.encoding), form.encoding, form.framing)
  return { point, form: formName(form), at: rowCount, of: PAGE_ROWS, ending: 'fin', bytes }
}

/** The portal tells the points apart by the offset that is asked for. */
async function movePage(database: Database, { runId }: RunTables, point: number): Promise<void> {
  await database.write('UPDATE import_page SET row_offset = ? WHERE run_id = ?', [point, runId])
}

interface PageOutcome {
  readonly storedRows: number
  readonly state: string
  readonly movedReason: string | null
  readonly error: string | null
}

async function readOutcome(database: Database, { runId, generation }: RunTables): Promise<PageOutcome> {
  const [outcome] = await database.rows<PageOutcome>(
    `SELECT p.state, p.error_message AS error, r.moved_reason AS movedReason,
       (SELECT COUNT(*) FROM \`${stagingName(runId, generation)}\`) AS storedRows
     FROM import_page p JOIN import_run r USING (run_id) WHERE run_id = ?`,
    [runId],
  )
  if (outcome === undefined) throw new Error(`run ${runId} is gone`)
  return outcome
}

class ShortPageTally {
  readonly #seed: number
  readonly #byForm: Record<string, number> = {}
  readonly #accepted: Cut[] = []
  #refused = 0
  #wholeAccepted = 0

  constructor(seed: number) {
    this.#seed = seed
  }

  add({ point, form, at, of, ending }: DamagedAnswer, page: PageOutcome): void {
    const isStored = page.state === 'done' && page.storedRows === at
    const isRefused = page.state === 'open' && page.storedRows === 0 && page.movedReason !== null
    const outcome = `${page.storedRows} rows stored, page ${page.state}, ${page.movedReason ?? page.error}`
    const cut: Cut = { seed: this.#seed, point, form, at, of, ending, outcome }
    this.#byForm[form] = (this.#byForm[form] ?? 0) + 1
    if (at < of && !isRefused) this.#accepted.push(cut)
    else if (at < of) this.#refused += 1
    else if (isStored) this.#wholeAccepted += 1
    else throw new Error(`a whole page was not stored: ${describeCut(cut)}`)
  }

  report(): ShortPageReport {
    return {
      seed: this.#seed,
      pointCount: this.#refused + this.#accepted.length,
      byForm: this.#byForm,
      refused: this.#refused,
      accepted: this.#accepted,
      wholeAccepted: this.#wholeAccepted,
    }
  }
}
