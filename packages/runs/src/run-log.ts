import type { ClaimedPage, RunRecord } from '@gather/ledger'
import type { Logger } from '@gather/platform'

interface Logging {
  readonly log: Logger
}

/** The log in which every line names its run alike. */
export const runLog = (
  { log }: Logging,
  { runId, topic, generation }: Pick<RunRecord, 'runId' | 'topic' | 'generation'>,
): Logger => log.child({ runId, topic, generation })

/** {@link runLog} of one claim of a page. */
export const pageLog = (logging: Logging, { run, pageNo, attemptCount }: ClaimedPage): Logger =>
  runLog(logging, run).child({ pageNo, attempt: attemptCount + 1 })
