import type { Job } from 'bullmq'
import { type PageJob, parsePageJob } from './contracts.ts'

/** What a worker does with a page: it waits for the portal's answer, or stores what came. */
export type PageStep = 'fetching' | 'loading'

export interface PageAtWork extends PageJob {
  readonly step: PageStep
}

/** A look at the queue for people: more jobs than this are not looked at. */
export const PAGES_AT_WORK_MAX = 1_000

/** What a job's progress holds: the step, and in which of the job's starts it was taken. */
interface StepNote {
  readonly step: PageStep
  readonly start: number
}

/** Notes the step in the job without waiting: it is for onlookers, so what becomes of it does not matter. */
export function noteStep(job: Job, step: PageStep): void {
  const note: StepNote = { step, start: job.attemptsStarted }
  void job.updateProgress(note).catch(() => {})
}

/** The page of an active job; a job that is none of ours gives none. A note of an earlier start says nothing of this one. */
export function toPageAtWork(job: Job): PageAtWork[] {
  try {
    const page = parsePageJob(job.data)
    const { progress } = job
    const isLoading = isStepNote(progress) && progress.start === job.attemptsStarted
    return [{ ...page, step: isLoading ? progress.step : 'fetching' }]
  } catch {
    return []
  }
}

const isStepNote = (progress: unknown): progress is StepNote =>
  typeof progress === 'object' &&
  progress !== null &&
  'start' in progress &&
  'step' in progress &&
  (progress.step === 'fetching' || progress.step === 'loading')
