import { type RunRecord, toIsoTime, totalPageRequests, totalPages } from '@gather/ledger'
import type { Services } from './services.ts'

export interface ReceiptCounts {
  /** Rows the source held under the run's filter, counted again at the end; null where it did not get that far. */
  readonly source: number | null
  /** Rows proven to be stored of these; null where it did not get that far. */
  readonly stored: number | null
  readonly read: number
  readonly inserted: number
  readonly updated: number
  readonly deleted: number
  readonly rejected: number
}

/** What a run proved before it published: kept in the ledger with the run. */
export interface Proof {
  readonly counts: ReceiptCounts
  /** `source`: over the rows as the portal sent them; `stored`: computed by the database over the rows as stored. */
  readonly digest: { readonly source: string; readonly stored: string }
}

/** The record of a run, as `--json` prints it. */
export interface Receipt {
  readonly runId: string
  readonly topic: string
  readonly mode: RunRecord['mode']
  readonly strategy: RunRecord['strategy']
  readonly state: RunRecord['state']
  readonly reason?: string
  readonly note?: string
  readonly counts: ReceiptCounts
  readonly digest: { readonly source: string | null; readonly stored: string | null }
  readonly sourceVersion: string
  readonly generation: number
  readonly pages: number
  readonly requests: number
  readonly startedAt: string
  readonly finishedAt: string | null
  readonly durationMs: number
}

/** The receipt of a run as it stands now. */
export async function readReceipt(services: Pick<Services, 'database'>, run: RunRecord): Promise<Receipt> {
  const totals = await totalPages(services.database, run.runId, run.generation)
  const pageRequests = await totalPageRequests(services.database, run.runId)
  const proof = run.receipt === null ? undefined : (JSON.parse(run.receipt) as Proof)
  const unproven: ReceiptCounts = {
    source: null,
    stored: null,
    read: totals.rowCount,
    inserted: 0,
    updated: 0,
    deleted: 0,
    rejected: 0,
  }
  const startedAt = toIsoTime(run.createdAt)
  const finishedAt = run.finishedAt === null ? null : toIsoTime(run.finishedAt)
  return {
    runId: run.runId,
    topic: run.topic,
    mode: run.mode,
    strategy: run.strategy,
    state: run.state,
    ...(run.reason === null ? {} : { reason: run.reason }),
    ...(run.note === null ? {} : { note: run.note }),
    counts: run.state === 'succeeded' && proof ? proof.counts : unproven,
    digest: proof?.digest ?? { source: null, stored: null },
    sourceVersion: run.sourceVersion,
    generation: run.generation,
    pages: run.pageCount,
    requests: run.requestCount + pageRequests,
    startedAt,
    finishedAt,
    durationMs: finishedAt === null ? run.ageMs : Date.parse(finishedAt) - Date.parse(startedAt),
  }
}
