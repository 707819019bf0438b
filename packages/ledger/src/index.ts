/**
 * The ledger: what is true of runs and pages, in the database that holds the rows; the import_log for people; the
 * connections to it and the scripts that create it. Knows no source and no queue.
 * @packageDocumentation
 */
export { type ClaimedPage, claimPage, isCrashLoop, type PageClaim, type PageId } from './claim-page.ts'
export { createRun, type NewRun, refuseOpenRun } from './create-run.ts'
export { Database, type DatabaseOptions } from './database.ts'
export { lockPage, markPageDone, type PageRelease, type PageResult, releasePage } from './finish-page.ts'
export { clearDeletions, type GenerationPlan, pagesOf } from './generation-plan.ts'
export { closeGeneration, startGeneration } from './generations.ts'
export {
  type LogEntry,
  type LoggedEntry,
  readLogEntries,
  readLoggedPhases,
  readUnfinishedRunIds,
  writeLogEntries,
  writeLogEntry,
} from './import-log.ts'
export { type LastSuccess, listLastSuccesses } from './list-last-successes.ts'
export { type AppliedScript, migrate } from './migrate.ts'
export { addRequests, endRun, moveRun, type RunEnd, saveReceipt, touchRun } from './move-run.ts'
export { settleLockName, withNamedLock } from './named-lock.ts'
export { checkPageCount, type PlannedPage, planPages } from './plan-pages.ts'
export { deleteRun, listPrunableRunIds, pruneImportLog } from './prune-ledger.ts'
export * from './read-pages.ts'
export * from './read-runs.ts'
export {
  isOpen,
  OPEN_RUN_STATES,
  RUN_STATES,
  type RunMode,
  type RunRecord,
  type RunState,
  type RunStrategy,
  type RunSummary,
  toDatabaseTime,
  toIsoTime,
} from './run-record.ts'
export {
  deleteSchedule,
  findSchedule,
  listSchedules,
  type Occurrence,
  type OccurrenceOutcome,
  readClock,
  type Schedule,
  type ScheduleRecord,
  saveSchedule,
  takeOccurrence,
} from './schedules.ts'
export { readServerFacts, type ServerFacts } from './server-facts.ts'
export { type Queryable, Session, type WriteResult } from './session.ts'
export { type UnlockOptions, type UnlockOutcome, unlockUser } from './unlock-user.ts'
