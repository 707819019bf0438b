import type { RunRecord } from '@gather/ledger'
import { parseTopic, type Topic } from '@gather/topics'

/** The topic as it was when the run was planned. */
export const topicOf = (run: RunRecord): Topic =>
  parseTopic(JSON.parse(run.definition), `of run ${run.runId}`)
