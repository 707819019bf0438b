import type { Queryable } from '@gather/ledger'
import { TOPIC_RUN_COLUMNS, type TopicRun } from './topic-run.ts'

/** What the ledger knows of a topic's runs, newest first in each list. */
export interface TopicRuns {
  readonly last: readonly TopicRun[]
  readonly successes: readonly TopicRun[]
}

/** The newest runs of a topic, and the newest ones that succeeded. */
export async function readTopicRuns(
  database: Queryable,
  topic: string,
  limits: { readonly last: number; readonly successes: number },
): Promise<TopicRuns> {
  const [last, successes] = await Promise.all([
    database.rows<TopicRun>(
      `SELECT ${TOPIC_RUN_COLUMNS} FROM import_run WHERE topic = ? ORDER BY created_at DESC, run_id DESC LIMIT ?`,
      [topic, limits.last],
    ),
    database.rows<TopicRun>(
      `SELECT ${TOPIC_RUN_COLUMNS} FROM import_run WHERE topic = ? AND state = 'succeeded'
       ORDER BY created_at DESC, run_id DESC LIMIT ?`,
      [topic, limits.successes],
    ),
  ])
  return { last, successes }
}
