import {
  findRun,
  isOpen,
  listPages,
  type PageRecord,
  type Queryable,
  type RunRecord,
  readLogEntries,
} from '@gather/ledger'
import type { Receipt } from '@gather/runs'
import type { Topic } from '@gather/topics'
import { describeDifference, type RowSet, storedRows } from './compare-rows.ts'
import { findPageOffences, findRunOffences, readPageHistory, readRunHistory } from './history.ts'
import type { Reading } from './reader.ts'

/** The invariants of section 2 of the fault catalogue. */
export const INVARIANTS = {
  I1: 'the stored rows are the rows of the source at one version, or those from before',
  I2: 'every page is done exactly once, and the rows of the pages account for the rows of the table',
  I3: 'one final import_log row, and success only for a run that succeeded',
  I4: 'a reader sees the old or the new rows, whole',
  I5: 'the run is over, and nothing of it is left behind',
  I6: 'a run that failed says why',
  I7: 'the ledger only ever moved as it may: fences rise, what is done or over stays so',
} as const
export type Invariant = keyof typeof INVARIANTS

/** An invariant that a run broke. */
export interface Violation {
  readonly invariant: Invariant
  readonly message: string
}

/** What one run is held against. */
export interface RunCheck {
  readonly database: Queryable
  readonly importLog: Queryable
  readonly topic: Topic
  readonly runId: string
  /** The target's rows before the run. */
  readonly before: RowSet
  /** The source's rows at the version the run ended at; undefined where it must not have succeeded. */
  readonly source: RowSet | undefined
  /** What a reader saw meanwhile. */
  readonly reading?: Reading
}

/** Holds a run against all invariants, by reading the database alone. */
export async function checkRun(check: RunCheck): Promise<Violation[]> {
  const run = await findRun(check.database, check.runId)
  if (run === undefined || isOpen(run.state))
    return [{ invariant: 'I5', message: `the run is ${run?.state}` }]
  return [
    ...(await checkRows(check, run)),
    ...(await checkPages(check, run)),
    ...(await checkLog(check, run)),
    ...checkReading(check, run),
    ...(await checkLeftTables(check)),
    ...(await checkLeftDeletions(check)),
    ...checkReason(run),
    ...(await checkHistory(check, run)),
  ]
}

async function checkRows(check: RunCheck, run: RunRecord): Promise<Violation[]> {
  const succeeded = run.state === 'succeeded'
  if (succeeded && check.source === undefined)
    return [{ invariant: 'I1', message: 'a run succeeded that could not be right' }]
  const expected = succeeded ? (check.source ?? []) : check.before
  const difference = describeDifference(await storedRows(check.database, check.topic), expected)
  return difference === undefined
    ? []
    : [{ invariant: 'I1', message: `the run ${run.state}, but ${difference}` }]
}

async function checkPages(check: RunCheck, run: RunRecord): Promise<Violation[]> {
  if (run.state !== 'succeeded') return []
  const pages = await listPages(check.database, run.runId, run.generation)
  const open = pages.filter((page) => page.state !== 'done').map((page) => page.pageNo)
  const rowSum = pages.reduce((sum, page) => sum + (page.rowCount ?? 0), 0)
  return [
    ...(pages.length === run.pageCount ? [] : [`${pages.length} pages of ${run.pageCount}`]),
    ...(open.length === 0 ? [] : [`pages ${open.join(', ')} are not done`]),
    ...(rowSum === run.plannedRows ? [] : [`the pages hold ${rowSum} rows of ${run.plannedRows}`]),
    ...checkCounts(check, run, rowSum),
  ].map((message) => ({ invariant: 'I2', message }))
}

/** The pages of a full run are the table; those of a mirror run are what it read, and its receipt says how that made the table. */
function checkCounts({ before, source }: RunCheck, run: RunRecord, rowSum: number): string[] {
  const rowCount = source?.length ?? 0
  if (run.strategy === 'full')
    return rowSum === rowCount ? [] : [`the pages hold ${rowSum} rows, the table ${rowCount}`]
  if (run.strategy !== 'mirror') return []
  const counts = readCounts(run)
  const expected = {
    source: rowCount,
    stored: rowCount,
    read: rowSum,
    before: before.length,
    after: rowCount,
    unchanged: rowCount - counts.inserted - counts.updated,
    rejected: 0,
  }
  const told = JSON.stringify(counts)
  const isSum = before.length + counts.inserted - counts.deleted === rowCount
  const isTold = Object.entries(expected).every(
    ([name, count]) => counts[name as keyof typeof counts] === count,
  )
  return isSum && isTold ? [] : [`the receipt tells ${told}, which is not ${JSON.stringify(expected)}`]
}

const readCounts = ({ receipt }: RunRecord): Receipt['counts'] => JSON.parse(receipt ?? '{}').counts

async function checkLog(check: RunCheck, run: RunRecord): Promise<Violation[]> {
  const entries = await readLogEntries(check.importLog, run.runId)
  const finals = entries.filter((entry) => entry.phase === 'final').map((entry) => entry.event)
  const expected = run.state === 'succeeded' ? 'success' : 'failure'
  const pages = await listPages(check.database, run.runId, run.generation)
  const chunks = entries.filter((entry) => entry.phase === 'chunk' && entry.generation === run.generation)
  return [
    ...(finals.length === 1 && finals[0] === expected
      ? []
      : [`the run ${run.state}, its final rows are: ${finals.join(', ') || 'none'}`]),
    ...(entries.filter((entry) => entry.phase === 'start').length === 1
      ? []
      : ['there is not one start row']),
    ...missingChunks(pages, new Set(chunks.map((entry) => entry.pageNo))),
  ].map((message) => ({ invariant: 'I3', message }))
}

const missingChunks = (pages: readonly PageRecord[], logged: ReadonlySet<number>): string[] =>
  pages
    .filter((page) => page.state === 'done' && !logged.has(page.pageNo))
    .map((page) => `page ${page.pageNo} has no chunk row`)

function checkReading({ reading }: RunCheck, run: RunRecord): Violation[] {
  if (reading === undefined) return []
  const contentsMax = run.state === 'succeeded' ? 2 : 1
  return [
    ...(reading.contents.length <= contentsMax ? [] : [`a reader saw ${reading.contents.join(', then ')}`]),
    ...(reading.pollCount > 0 ? [] : ['the reader never got an answer']),
    ...(reading.errors.length === 0 ? [] : [`a reader got ${[...new Set(reading.errors)].join(', ')}`]),
  ].map((message) => ({ invariant: 'I4', message }))
}

async function checkLeftTables({ database, runId }: RunCheck): Promise<Violation[]> {
  const tables = await database.rows<{ name: string }>(
    `SELECT TABLE_NAME AS name FROM information_schema.TABLES
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME LIKE '\\_gs\\_%' AND TABLE_NAME NOT LIKE '\\_gs\\_old\\_%'
       AND LOCATE(?, TABLE_NAME) > 0`,
    [runId],
  )
  return tables.map(({ name }) => ({ invariant: 'I5', message: `staging ${name} was left` }))
}

async function checkLeftDeletions({ database, runId }: RunCheck): Promise<Violation[]> {
  const [row] = await database.rows<{ n: number }>(
    'SELECT COUNT(*) AS n FROM import_deletion WHERE run_id = ?',
    [runId],
  )
  return row?.n === 0 ? [] : [{ invariant: 'I5', message: `${row?.n} rows to delete were left` }]
}

const checkReason = (run: RunRecord): Violation[] =>
  run.state === 'failed' && (run.reasonCode === null || run.reason === null)
    ? [{ invariant: 'I6', message: 'the run failed without a reason' }]
    : []

async function checkHistory({ database, runId }: RunCheck, run: RunRecord): Promise<Violation[]> {
  const pages = findPageOffences(await readPageHistory(database, runId))
  const runs = findRunOffences(await readRunHistory(database, runId), run)
  return [...pages, ...runs].map((message) => ({ invariant: 'I7', message }))
}
