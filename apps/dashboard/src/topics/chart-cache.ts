import type { ChartFigures } from '@gather/store'
import type { Topic, TopicChart } from '@gather/topics'

/** What is to be counted. */
export interface ChartQuestion {
  readonly topic: Topic
  readonly chart: TopicChart
  /** The last success of the target, whichever topic it was of, which the figures are kept for; without one they are soon asked again. */
  readonly runId: string | undefined
}

/** What a page can show of a chart now. */
export type ChartLook =
  | { readonly state: 'ready'; readonly figures: ChartFigures }
  | { readonly state: 'counting' }
  | { readonly state: 'failed'; readonly problem: string }

export interface ChartCacheOptions {
  readonly read: (question: ChartQuestion) => Promise<ChartFigures>
  /** The sentence for what went wrong. */
  readonly describe: (question: ChartQuestion, error: unknown) => string
  /** Milliseconds that a page waits for figures which are being counted. */
  readonly waitMs: number
  /** Milliseconds, monotonic. */
  readonly clock: () => number
}

/** Milliseconds that is kept what another look may find otherwise. */
const SHORT_MS = 5_000
const ENTRIES_MAX = 200

interface Entry {
  readonly runId: string | undefined
  readonly work: Promise<ChartLook>
  endsMs: number
}

/**
 * Keeps the figures of charts until another run publishes rows, as nothing else changes them: a million rows are counted
 * once, not at each look, and by one statement however many look.
 */
export function createChartCache({ read, describe, waitMs, clock }: ChartCacheOptions) {
  const entries = new Map<string, Entry>()

  function begin(key: string, question: ChartQuestion): Entry {
    const work = read(question).then(
      (figures): ChartLook => ({ state: 'ready', figures }),
      (error: unknown): ChartLook => ({ state: 'failed', problem: describe(question, error) }),
    )
    const entry = { runId: question.runId, work, endsMs: Number.POSITIVE_INFINITY }
    entries.delete(key)
    entries.set(key, entry)
    void work.then(({ state }) => {
      if (state === 'failed' || question.runId === undefined) entry.endsMs = clock() + SHORT_MS
    })
    const [oldest] = entries.keys()
    if (entries.size > ENTRIES_MAX && oldest !== undefined) entries.delete(oldest)
    return entry
  }

  return {
    async look(question: ChartQuestion): Promise<ChartLook> {
      const key = keyOf(question)
      const known = entries.get(key)
      const isKept = known !== undefined && known.runId === question.runId && known.endsMs > clock()
      const { work } = isKept ? known : begin(key, question)
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<ChartLook>((resolve) => {
        timer = setTimeout(() => resolve({ state: 'counting' }), waitMs)
      })
      const look = await Promise.race([work, late])
      clearTimeout(timer)
      return look
    },
  }
}

export type ChartCache = ReturnType<typeof createChartCache>

const keyOf = ({ topic, chart }: ChartQuestion): string => JSON.stringify([topic.target.table, chart])
