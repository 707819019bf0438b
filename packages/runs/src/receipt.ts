import { type RunRecord, toIsoTime, totalPageRequests, totalPages } from '@gather/ledger'
import { type ReceiptBuckets, type ReceiptCounts, readProof } from './proof.ts'
import type { Services } from './services.ts'

/** The record of a run, as `--json` prints it. */
export interface Receipt extends Pick<RunRecord, 'runId' | 'topic' | 'mode' | 'strategy' | 'state'> {
  readonly reason?: string
  readonly note?: string
  readonly notProven?: string
  readonly counts: ReceiptCounts
  readonly buckets?: ReceiptBuckets
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
  const isFirst = run.generation === 1
  const pageRequests = isFirst ? totals.requestCount : await totalPageRequests(services.database, run.runId)
  const proof = readProof(run)
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
    ...(proof?.notProven === undefined ? {} : { notProven: proof.notProven }),
    counts: { ...unproven(run, totals.rowCount), ...(run.state === 'succeeded' ? proof?.counts : {}) },
    ...(proof?.buckets === undefined ? {} : { buckets: proof.buckets }),
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

const unproven = (run: RunRecord, rowsRead: number): ReceiptCounts => ({
  source: null,
  stored: null,
  read: rowsRead,
  inserted: 0,
  updated: 0,
  deleted: 0,
  unchanged: 0,
  rejected: 0,
  before: run.rowsBefore,
  after: null,
})
