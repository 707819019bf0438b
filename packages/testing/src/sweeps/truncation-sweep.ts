import { isDeepStrictEqual } from 'node:util'
import { createSocrataSource, type Source } from '@gather/source'
import { writeRows } from './answer-bytes.ts'
import { damageAnswer, WHOLE_FORMS } from './answer-cuts.ts'
import { HOSTILE_TEXTS } from './hostile-texts.ts'
import { type RawPortal, startRawPortal } from './raw-portal.ts'
import { createSeededRandom } from './seeded-random.ts'
import { type FetchOutcome, type TruncationReport, TruncationTally } from './truncation-report.ts'

export type { TruncationReport } from './truncation-report.ts'

export interface TruncationOptions {
  /** Answers to damage; the whole ones, one per form a client must take, come on top. */
  readonly pointCount: number
  readonly seed: number
  /** Replays this one point of the sweep. */
  readonly onlyPoint?: number
  readonly signal?: AbortSignal
}

const DATASET = 'abcd-1234'
const PAGE_ROWS = 40
const TIMEOUT_MS = 20_000
const TRIES_MAX = 5

/**
 * Damages the answer of a page in every form, over a real connection to the real source.
 * @throws Error that names seed and point: a whole answer was refused, or something else than a fault was thrown
 */
export async function sweepTruncations(options: TruncationOptions): Promise<TruncationReport> {
  const { seed, signal } = options
  const rows = makeRows(seed)
  const text = writeRows(rows)
  const answerOf = (point: number) => damageAnswer(text, seed, point)
  const portal = await startRawPortal(answerOf)
  const source = openSource(portal)
  const tally = new TruncationTally(seed)
  try {
    for (const point of pointsOf(options)) {
      signal?.throwIfAborted()
      const answer = answerOf(point)
      const outcome = await fetchAnswer(source, portal, point)
      tally.add(answer, outcome, isDeepStrictEqual(outcome.rows, rows))
    }
  } finally {
    await source.close()
    await portal.close()
  }
  return tally.report()
}

function pointsOf({ pointCount, onlyPoint }: TruncationOptions): number[] {
  if (onlyPoint !== undefined) return [onlyPoint]
  return Array.from({ length: pointCount + WHOLE_FORMS.length }, (_, point) => point)
}

/** Rows whose texts hold what a cut body could be mistaken by: brackets, quotes, characters of several bytes. */
function makeRows(seed: number) {
  const random = createSeededRandom(seed, -1)
  const text = () => `${random.pick(HOSTILE_TEXTS)}${random.pick(['', ']', '}]', '"}]', '\\'])}`
  return Array.from({ length: PAGE_ROWS }, (_, index) => ({
    name: text(),
    note: text(),
    ':id': `row-${index}`,
    ':updated_at': '2026-07-16T17:40:22.000Z',
  }))
}

const openSource = ({ host }: RawPortal): Source =>
  createSocrataSource({
    url: `http://${host}`,
    dataset: DATASET,
    appTokens: new Map(),
    insecureHosts: [host],
    timeoutMs: TIMEOUT_MS,
  })

/** The outcome of an answer that was really sent: a connection that died with the one before it says nothing. */
async function fetchAnswer(source: Source, portal: RawPortal, point: number): Promise<FetchOutcome> {
  for (let tries = 1; ; tries++) {
    const request = { columns: ['name', 'note'], offset: point, limit: PAGE_ROWS }
    const outcome = await source
      .fetchPage(request, new AbortController().signal)
      // A row is looked at when it is reached: before all were, the page is not accepted.
      .then(({ rows }) => ({ rows: [...rows] }))
      .catch((error: unknown) => ({ error }))
    if (portal.repliesOf(point) > 0) return outcome
    if (tries >= TRIES_MAX) throw new Error(`point ${point} could not be asked for`, { cause: outcome })
  }
}
