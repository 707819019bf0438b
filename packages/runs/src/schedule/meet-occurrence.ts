import {
  findSchedule,
  type Occurrence,
  refuseOpenRun,
  type ScheduleRecord,
  takeOccurrence,
  toDatabaseTime,
} from '@gather/ledger'
import { type Fault, LIMITS, toFault } from '@gather/platform'
import { retryTransient } from '@gather/source'
import { loadTopic } from '@gather/topics'
import { planRun } from '../plan-run.ts'
import type { Services } from '../services.ts'
import { startRun } from '../start-run.ts'
import { nextOccurrence } from './next-occurrence.ts'

/** A portal may ask for a pause of ten minutes. */
const WAIT_MS_MAX = 30 * 60_000

/**
 * Does what a topic's schedule has due: starts a run, or writes down why not. Nothing where nothing is due (any more), so that it may
 * be asked for as often as one likes: an occurrence is taken in the transaction that writes its run.
 * @throws Fault unavailable or interrupted: the occurrence is still due
 */
export async function meetOccurrence(
  services: Services,
  topicName: string,
  signal: AbortSignal,
): Promise<void> {
  const now = new Date()
  const schedule = await findSchedule(services.database, topicName)
  if (schedule === undefined) return warnUnknown(services, topicName)
  const occurrence = dueOccurrence(schedule, now)
  if (occurrence === undefined) return
  try {
    await startScheduled(services, { schedule, occurrence, signal })
  } catch (error) {
    await endWithout(services, occurrence, toFault(error))
  }
}

function warnUnknown({ log, database }: Services, topic: string): void {
  const reason = `there is no schedule of ${topic} in this database: it was just removed, or another installation uses this Redis for a schema of the same name (${database.schema})`
  log.warn({ topic, reason }, 'schedule.unknown')
}

function dueOccurrence(schedule: ScheduleRecord, now: Date): Occurrence | undefined {
  const due = nextOccurrence(schedule)
  if (due > now) return undefined
  const takenAt = toDatabaseTime(now.toISOString())
  return { topic: schedule.topic, dueAt: toDatabaseTime(due.toISOString()), takenAt }
}

interface Meeting {
  readonly schedule: ScheduleRecord
  readonly occurrence: Occurrence
  readonly signal: AbortSignal
}

async function startScheduled(services: Services, { schedule, occurrence, signal }: Meeting): Promise<void> {
  const topic = loadTopic(schedule.topic, services.config.topicsDir)
  const options = { initialize: schedule.mode === 'initialize', allowEmpty: false, allowShrink: false }
  const start = async () => {
    // Before the portal is asked for anything; the ledger refuses a second run of a target in any case.
    await refuseOpenRun(services.database, services.database.schema, topic.target.table)
    const plan = await planRun(services, topic, options, signal)
    await startRun(services, { ...plan, occurrence })
    services.log.info({ topic: topic.name, runId: plan.runId, due: occurrence.dueAt }, 'schedule.started')
  }
  await retryTransient(start, { attempts: LIMITS.attemptsMax, waitMsMax: WAIT_MS_MAX, signal })
}

/** No run was started, or it was and its beginning met trouble: then the occurrence is taken, and the reconciler goes on with it. */
async function endWithout(services: Services, occurrence: Occurrence, fault: Fault): Promise<void> {
  const { topic, dueAt } = occurrence
  if (fault.code === 'OCCURRENCE_TAKEN') return
  if (fault.kind === 'unavailable' || fault.kind === 'interrupted') throw fault
  const outcome = fault.code === 'RUN_OPEN' ? 'skipped' : 'refused'
  const runId = fault.context.runId?.toString()
  const end = { outcome, runId, reasonCode: fault.code, reason: fault.message } as const
  const isTaken = await takeOccurrence(services.database, occurrence, end)
  if (!isTaken) services.log.warn({ err: fault, topic, due: dueAt }, 'schedule.not_begun')
  else if (outcome === 'skipped')
    services.log.warn({ err: fault, topic, runId, due: dueAt }, 'schedule.skipped')
  else services.log.error({ err: fault, topic, due: dueAt }, 'schedule.refused')
}
