import { Fault } from '@gather/platform'
import { z } from 'zod'

/**
 * Version of the job payloads. A worker puts a job of a newer version back for one that knows it, and fails one of an older
 * version, which the ledger then has enqueued anew.
 */
export const JOB_VERSION = 1

const runId = z.string().regex(/^[a-z0-9]{4,20}$/)
const pageJobSchema = z.strictObject({
  v: z.literal(JOB_VERSION),
  runId,
  generation: z.int().min(1),
  pageNo: z.int().min(0),
  enqueueNo: z.int().min(1),
})
const settleJobSchema = z.strictObject({ v: z.literal(JOB_VERSION), runId, generation: z.int().min(1) })
const occurrenceJobSchema = z.strictObject({
  v: z.literal(JOB_VERSION),
  topic: z.string().regex(/^[a-z0-9_]{1,48}$/),
})

/** One page of one generation of a run to load. Names rows of the ledger; carries no data, address or secret. */
export type PageJob = z.infer<typeof pageJobSchema>
/** A run whose pages are all over, to be settled. */
export type SettleJob = z.infer<typeof settleJobSchema>
/** Asks to look whether an occurrence of a topic's schedule is due; the database says whether one is, and which. */
export type OccurrenceJob = z.infer<typeof occurrenceJobSchema>

export const PAGE_QUEUE = 'pages'
export const SETTLE_QUEUE = 'settle'
export const OCCURRENCE_QUEUE = 'occurrences'

/** The same page enqueued twice is one job; a retry raises `enqueueNo`, as an id that ended once never runs again. */
export const pageJobId = (job: Omit<PageJob, 'v'>): string =>
  `${job.runId}-g${job.generation}-p${job.pageNo}-e${job.enqueueNo}`

export const settleJobId = (job: Omit<SettleJob, 'v'>): string => `${job.runId}-g${job.generation}-settle`

/** A topic that is woken twice is woken once. */
export const occurrenceJobId = (topic: string): string => `${topic}-wake`

/** @throws Fault `JOB_VERSION` (unavailable: another worker may know it), `JOB_OUTDATED` or `JOB_INVALID` (terminal) */
export const parsePageJob = (data: unknown): PageJob => parseJob(pageJobSchema, data)
/** @throws Fault `JOB_VERSION` (unavailable), `JOB_OUTDATED` or `JOB_INVALID` (terminal) */
export const parseSettleJob = (data: unknown): SettleJob => parseJob(settleJobSchema, data)
/** @throws Fault `JOB_VERSION` (unavailable), `JOB_OUTDATED` or `JOB_INVALID` (terminal) */
export const parseOccurrenceJob = (data: unknown): OccurrenceJob => parseJob(occurrenceJobSchema, data)

const jobIdsSchema = z.object({ runId, generation: z.int(), pageNo: z.int() }).partial()

/** What a job names, for the log: nothing of it where that is not one of ours. */
export const readJobIds = (data: unknown): z.infer<typeof jobIdsSchema> =>
  jobIdsSchema.safeParse(data).data ?? {}

function parseJob<Schema extends z.ZodType>(schema: Schema, data: unknown): z.output<Schema> {
  const result = schema.safeParse(data)
  if (result.success) return result.data
  const version = typeof data === 'object' && data !== null && 'v' in data ? data.v : undefined
  if (typeof version === 'number' && version !== JOB_VERSION) throw otherVersion(version)
  const message = `a job is not one of ours: ${result.error.issues.map((issue) => issue.message).join('; ')}`
  throw new Fault({ code: 'JOB_INVALID', kind: 'terminal', message })
}

function otherVersion(version: number): Fault {
  const known = `this process knows version ${JOB_VERSION}`
  if (version > JOB_VERSION) {
    const message = `a job of version ${version} was put back: ${known}`
    return new Fault({ code: 'JOB_VERSION', kind: 'unavailable', message })
  }
  const message = `a job of version ${version} was dropped: ${known}, and the listener enqueues it anew`
  return new Fault({ code: 'JOB_OUTDATED', kind: 'terminal', message })
}
