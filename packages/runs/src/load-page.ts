import { type ClaimedPage, findRun, hasOpenPages, isCrashLoop } from '@gather/ledger'
import { Fault, faultPoint, LIMITS, phase, phaseSync, tell } from '@gather/platform'
import type { JobHandler, PageJob } from '@gather/queue'
import { isOlderVersion, type SourcePage } from '@gather/source'
import { claimPatiently } from './claim-patiently.ts'
import { encodeWhole, goThrough } from './encode-whole.ts'
import { chunkEntry } from './log-entries.ts'
import { PageAttempt } from './page-attempt.ts'
import { topicOf } from './run-topic.ts'
import type { Services } from './services.ts'

const STALE_RETRY_MS = 5_000

export interface PageHandlerOptions {
  /** Host and process, for people. */
  readonly workerName: string
  /** Milliseconds, monotonic. */
  readonly clock?: () => number
}

/** The handler of page jobs: claim, fetch, check, encode, store. Running it twice, or twice at once, stores a page once. */
export function createPageHandler(
  services: Services,
  { workerName, clock = () => performance.now() }: PageHandlerOptions,
): JobHandler<PageJob> {
  const handle: JobHandler<PageJob> = async (job, signal, report) => {
    const claim = { ...job, claimedBy: workerName }
    const page = await phase('page.claim', () => claimPatiently(services, claim, signal))
    if (page === undefined) return endIdleJob(services, job)
    const attempt = new PageAttempt(services, page, signal)
    try {
      if (isCrashLoop(page)) throw crashLoop(page)
      faultPoint('after_claim')
      const topic = topicOf(page.run)
      await attempt.passGate()
      const startMs = clock()
      const fetched = await attempt.fetch(topic)
      faultPoint('after_fetch')
      checkUnmoved(page, fetched)
      report?.('loading')
      const firstKey = page.run.baseKey + page.keyOffset + 1
      const encoded = phaseSync('page.encode', () => encodeWhole(topic, fetched.rows, firstKey))
      const measures = { bodyBytes: fetched.bodyBytes, fetchMs: Math.round(clock() - startMs) }
      await phase('page.store', () => services.store.storePage(topic, page, encoded, measures))
      faultPoint('after_commit_before_ack')
      services.chunkLog.add(page.run, chunkEntry(page, encoded.rowCount))
      tell('page.ended', { topic: topic.name, outcome: 'done', rowCount: encoded.rowCount })
    } catch (error) {
      await attempt.end(error)
    }
    await phase('page.ask_settle', () => askToSettle(services, page))
  }
  return (job, signal, report) => phase('page', () => handle(job, signal, report))
}

/**
 * @throws Fault `SOURCE_MOVED` (moved): the page is not of the planned version, or has not the planned number of rows;
 * `SOURCE_ANSWERS_DISAGREE`, `SOURCE_STALE_REPLICA` (transient): it tells no version, or an older one, where another may answer next
 */
function checkUnmoved(page: ClaimedPage, fetched: SourcePage): void {
  const { run } = page
  const version = fetched.version
  const planned = { kind: run.versionKind, value: run.sourceVersion }
  if (version === undefined && run.versionKind === 'replica') throw unversioned(page)
  if (version !== undefined && version.kind === run.versionKind && version.value !== run.sourceVersion) {
    if (isOlderVersion(version, planned) && hasAttempts(page)) throw stale(page, version.value)
    throw moved(
      page,
      `page ${page.pageNo} was answered at source version ${version.value}, planned was ${run.sourceVersion}`,
    )
  }
  if (fetched.rows.length !== page.plannedRows) {
    goThrough(fetched.rows)
    throw moved(
      page,
      `page ${page.pageNo} held ${fetched.rows.length} rows, planned were ${page.plannedRows}`,
    )
  }
}

/** A replica or a cache that is behind and does not know it is asked again; a source that went back is not, in the end. */
const hasAttempts = (page: ClaimedPage): boolean => page.attemptCount + 1 < LIMITS.attemptsMax

const stale = (page: ClaimedPage, version: string): Fault =>
  new Fault({
    code: 'SOURCE_STALE_REPLICA',
    kind: 'transient',
    message: `page ${page.pageNo} was answered at source version ${version}, older than the planned ${page.run.sourceVersion}`,
    retryAfterMs: STALE_RETRY_MS,
  })

const unversioned = (page: ClaimedPage): Fault =>
  new Fault({
    code: 'SOURCE_ANSWERS_DISAGREE',
    kind: 'transient',
    message: `page ${page.pageNo} was answered without a source version, planned was ${page.run.sourceVersion}`,
    retryAfterMs: STALE_RETRY_MS,
  })

const moved = (page: ClaimedPage, message: string): Fault =>
  new Fault({
    code: 'SOURCE_MOVED',
    kind: 'moved',
    message,
    context: { runId: page.runId, pageNo: page.pageNo },
  })

const crashLoop = (page: ClaimedPage): Fault =>
  new Fault({
    code: 'PAGE_CRASHES',
    kind: 'terminal',
    message: `page ${page.pageNo} was claimed ${page.crashCount} times without any outcome: its workers died`,
  })

/** A job without work: its page is over. One of a run that our ledger does not know belongs to another installation. */
async function endIdleJob(services: Services, job: PageJob): Promise<void> {
  if ((await findRun(services.database, job.runId)) !== undefined) {
    tell('page.idle', {})
    return askToSettle(services, job)
  }
  const message = `run ${job.runId} is not in this database: another installation of the same database name shares this Redis`
  throw new Fault({ code: 'RUN_ELSEWHERE', kind: 'unavailable', message })
}

async function askToSettle(
  services: Services,
  page: Pick<ClaimedPage, 'runId' | 'generation'>,
): Promise<void> {
  const { runId, generation } = page
  if (await hasOpenPages(services.database, runId, generation)) return
  await services.queue.enqueueSettle({ runId, generation })
}
