import type { RunRecord } from '@gather/ledger'
import { type Fault, tell } from '@gather/platform'
import { runLog } from './run-log.ts'
import type { Services } from './services.ts'

type Ended = Pick<RunRecord, 'runId' | 'topic' | 'generation' | 'plannedRows'>
type Reporting = Pick<Services, 'log'>

/** Says in the log, and to whoever counts, that a run is published. */
export function reportSuccess(reporting: Reporting, run: Ended): void {
  runLog(reporting, run).info({ rows: run.plannedRows }, 'run.succeeded')
  tell('run.ended', { topic: run.topic, state: 'succeeded' })
}

/** The same of a run that failed. */
export function reportFailure(reporting: Reporting, run: Ended, fault: Fault): void {
  runLog(reporting, run).error({ err: fault }, 'run.failed')
  tell('run.ended', { topic: run.topic, state: 'failed' })
}

/** The same of a run that was stopped by hand. */
export function reportCancellation(reporting: Reporting, run: Ended): void {
  runLog(reporting, run).info('run.cancelled')
  tell('run.ended', { topic: run.topic, state: 'cancelled' })
}
