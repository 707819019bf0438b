import { addRequests, type RunRecord } from '@gather/ledger'
import { retryTransient, type Source, type SourceCount, type SourceDescription } from '@gather/source'
import { topicOf } from './run-topic.ts'
import { ASK_ATTEMPTS, type Services } from './services.ts'

/** Asks the source of a run, and adds the requests to the run's. */
export async function askAgain<Answer>(
  services: Services,
  run: RunRecord,
  ask: (source: Source) => Promise<Answer>,
): Promise<Answer> {
  const source = services.openSource(topicOf(run))
  try {
    return await ask(source)
  } finally {
    await addRequests(services.database, run.runId, source.requestCount)
    await source.close()
  }
}

export interface SourceNow {
  readonly description: SourceDescription
  readonly count: SourceCount
  /** True where a row stands behind the last one that is counted. */
  readonly isBeyond: boolean
}

/** How a source differs from what was planned, as `rowCount` rows; undefined when it does not. */
export function findMove(run: RunRecord, rowCount: number, now: SourceNow): string | undefined {
  const { description, count, isBeyond } = now
  if (description.fingerprint !== run.sourceFingerprint)
    return "the data set's columns changed while it was read"
  if (count.rowCount !== rowCount)
    return `the source counts ${count.rowCount} rows now, planned were ${rowCount}`
  if (count.version.kind !== run.versionKind || count.version.value !== run.sourceVersion) {
    return `the source is at version ${count.version.value} now, planned was ${run.sourceVersion}`
  }
  return isBeyond ? `the source holds more rows than the ${count.rowCount} that it counts` : undefined
}

/** A count may be wrong each time it is asked for; a row behind the last one that was read shows it. */
export async function hasRowBeyond(
  source: Source,
  { filter, rowCount }: { readonly filter: string | null; readonly rowCount: number },
  signal: AbortSignal,
): Promise<boolean> {
  const request = { columns: [], filter: filter ?? undefined, offset: rowCount, limit: 1 }
  const fetchWhole = async () => [...(await source.fetchPage(request, signal)).rows]
  const rows = await retryTransient(fetchWhole, { attempts: ASK_ATTEMPTS, signal })
  return rows.length > 0
}
