import { toIsoTime } from '@gather/ledger'
import { versionTimeMs } from '@gather/source'
import type { TopicRun } from './topic-run.ts'

/** Milliseconds since the source made the version that a run stored, by the database's clock; undefined where it tells no time. */
export function versionAgeMs(run: TopicRun): number | undefined {
  const madeMs = versionTimeMs(run.sourceVersion)
  return madeMs === undefined ? undefined : Math.max(0, nowMs(run) - madeMs)
}

/** Milliseconds since a run was over, by the database's clock; undefined while it is not. */
export const endAgeMs = (run: TopicRun): number | undefined =>
  run.finishedAt === null ? undefined : Math.max(0, nowMs(run) - Date.parse(toIsoTime(run.finishedAt)))

const nowMs = (run: TopicRun): number => Date.parse(toIsoTime(run.createdAt)) + run.ageMs
