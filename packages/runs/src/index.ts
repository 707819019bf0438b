/**
 * The use cases: plan a run, load a page, settle, publish, reconcile, cancel, prune. Apps are thin around them.
 * @packageDocumentation
 */
export { beginLoading } from './begin-loading.ts'
export { cancelRun } from './cancel-run.ts'
export { type Check, runDoctor } from './doctor.ts'
export { importTopic } from './import-topic.ts'
export { createPageHandler } from './load-page.ts'
export { isPageRows, type PlanOptions, planRun, type RunPlan, recordPlan } from './plan-run.ts'
export { type Progress, readProgress } from './progress.ts'
export { type Pruned, prune } from './prune.ts'
export { type Receipt, readReceipt } from './receipt.ts'
export { reconcile } from './reconcile.ts'
export { isRetryable, retryOptions } from './retry-options.ts'
export { type RollbackOptions, rollBack } from './roll-back.ts'
export { meetOccurrence } from './schedule/meet-occurrence.ts'
export { findNextOccurrence, type NextOccurrence, nextOccurrence } from './schedule/next-occurrence.ts'
export { reconcileSchedules } from './schedule/reconcile-schedules.ts'
export {
  createHealthProbe,
  type DatabaseFacts,
  listAway,
  type RedisFacts,
  type ServiceHealth,
} from './service-health.ts'
export { openServices, openServicesOrFail, type Services } from './services.ts'
export { settleRun } from './settle-run.ts'
export { startRun } from './start-run.ts'
export type { ChangedRow, ChangedRows } from './verify/compare-values.ts'
export type { FoundRows, IdentityFindings } from './verify/identify-rows.ts'
export { type Findings, type VerifyOptions, verifyTopic } from './verify/verify-topic.ts'
