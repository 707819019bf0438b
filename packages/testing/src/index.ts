/**
 * Private: what tests of several packages share. Databases of their own, a portal with a topic, processes of the product, a browser.
 * @packageDocumentation
 */
export type { Page } from 'playwright-core'
export { type AppProcess, runPlanner, startApp, stopApps } from './app-process.ts'
export { expectNoSeriousAxeFindings } from './browser/axe-findings.ts'
export {
  type DashboardStack,
  type DashboardStackOptions,
  startDashboardStack,
} from './browser/dashboard-stack.ts'
export { expectKeyboardReachesAll } from './browser/keyboard.ts'
export { expectGoodLooks, type LooksOptions } from './browser/looks.ts'
export { expectNoOverflow } from './browser/overflow.ts'
export { saveScreenshot } from './browser/screenshot.ts'
export {
  type OpenedPage,
  type OpenPageOptions,
  startBrowser,
  type TestBrowser,
  type TestBrowserHooks,
  type Theme,
} from './browser/start-browser.ts'
export { Chaos, type ChaosRun, startChaosStack } from './chaos/run-chaos.ts'
export { checkRun, type Violation } from './checker/check-run.ts'
export { portalRows, type RowSet, storedRows } from './checker/compare-rows.ts'
export { recordHistory } from './checker/history.ts'
export { eventually } from './eventually.ts'
export {
  type KillableDatabase,
  type KillableDatabaseOptions,
  startKillableDatabase,
} from './nemesis/killable-database.ts'
export { type KillableRedis, startKillableRedis } from './nemesis/killable-redis.ts'
export {
  type BeginOptions,
  type NemesisStack,
  startNemesisStack,
} from './nemesis/nemesis-stack.ts'
export type { CutMoment, ProxyDirection, ProxyMode } from './nemesis/proxy-mode.ts'
export { startTcpProxy, type TcpProxy, type TcpProxyOptions } from './nemesis/tcp-proxy.ts'
export { type Trial, watchRun } from './nemesis/trial.ts'
export { applyDeletes, applyInserts, applyUpdates, changeToExport } from './real-exports/change-to-export.ts'
export { planChange } from './real-exports/plan-change.ts'
export { readRealExport } from './real-exports/read-real-export.ts'
export { describeCut } from './sweeps/answer-cuts.ts'
export { EXTREME_DOUBLES } from './sweeps/extreme-doubles.ts'
export { ALL_TYPES, anyRow, finiteDouble, generateRows } from './sweeps/generated-rows.ts'
export { describeLoadCut, type LoadReport, sweepLoads } from './sweeps/load-sweep.ts'
export {
  claimPageNo,
  defineThings,
  newRunId,
  PAGE_MEASURES,
  stageRows,
  startLoading,
} from './sweeps/loading-run.ts'
export { readStoredRows } from './sweeps/read-stored-rows.ts'
export { type ShortPageReport, sweepShortPages } from './sweeps/short-page-sweep.ts'
export { sweepTruncations, type TruncationReport } from './sweeps/truncation-sweep.ts'
export { describeValueMismatch, type ValueReport } from './sweeps/value-report.ts'
export { sweepValues } from './sweeps/value-sweep.ts'
export { createTestDatabase, requireService, type TestDatabase } from './test-database.ts'
export { startTestStack, type TestStack, type TestStackOptions } from './test-stack.ts'
