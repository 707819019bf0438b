import {
  claimPage,
  type Database,
  endRun,
  findRun,
  moveRun,
  releasePage,
  writeLogEntry,
} from '@gather/ledger'
import { Fault } from '@gather/platform'
import type { Services } from '@gather/runs'
import { writeRun } from './served-dashboard.ts'

const RUN = { runId: 'xss1', generation: 1 }

/** Texts that run a script, or leave their element, where they are taken for markup. */
export const PAYLOADS = [
  '<img src=x onerror=go(1)>',
  '</title><script>go(2)</script>',
  '"><svg/onload=go(3)>',
  "' onfocus='go(4)' autofocus='",
  '</script><script>go(5)//',
  '<a href="javascript:go(6)">x</a>',
]
export const ALL_PAYLOADS = PAYLOADS.join('')
export const HOSTILE_JOB_ID = 'forged-<script>go(7)</script>'

const ALL = ALL_PAYLOADS

/** The failed run `xss1` in which every text is a payload, as a hostile portal or topic file would have it. */
export async function writeHostileRun(database: Database) {
  const texts = {
    topic: ALL.slice(0, 64),
    dataset: ALL.slice(0, 50),
    sourceUrl: `https://${ALL}`,
    targetTable: ALL.slice(0, 64),
  }
  await writeRun(database, {
    ...RUN,
    ...texts,
    targetHost: ALL,
    sourceVersion: ALL,
    note: ALL,
    sourceFilter: ALL,
  })
  await moveRun(database, RUN, ['planned'], 'loading')
  const page = await claimPage(database, { ...RUN, pageNo: 0, enqueueNo: 1, claimedBy: ALL.slice(0, 60) })
  if (page === undefined) throw new Error('the page could not be claimed')
  const fault = new Fault({ code: PAYLOADS[1] ?? '', kind: 'terminal', message: ALL })
  await releasePage(database, page, { state: 'failed', countsAttempt: true, requestCount: 1, fault })
  const end = {
    phase: 'final',
    event: 'failure',
    generation: 0,
    pageNo: -1,
    chunkRowCount: 0,
    comments: ALL,
  } as const
  const run = await findRun(database, RUN.runId)
  if (run) await writeLogEntry(database, run, end)
  await endRun(database, RUN, ['loading'], { state: 'failed', reasonCode: PAYLOADS[1] ?? '', reason: ALL })
}

/** A job that somebody with a way into Redis put there. */
export async function writeHostileJob({ queue }: Services) {
  const job = await queue.pages.add(ALL, { [ALL]: ALL }, { jobId: HOSTILE_JOB_ID })
  await job.log(ALL)
}
