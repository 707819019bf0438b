import type { Database, Queryable, Session } from '@gather/ledger'
import { Fault } from '@gather/platform'
import type { Topic, TopicChart } from '@gather/topics'
import { CHART_CELLS_MAX, type ChartFigures, type ChartRow, pivotFigures, unfit } from './chart-figures.ts'
import { chartSql } from './chart-sql.ts'

/** Where charts are counted, and for how long. */
export interface ChartReading {
  /** In which the topic's target stands. */
  readonly database: Database
  /** The same user by connections that count nothing: ends what takes too long while all of `database` are busy. */
  readonly killer: Queryable
  readonly limitMs: number
}

/**
 * Reads the figures of a chart in a transaction that can't write, for at most `limitMs`.
 * @throws Fault `CHART_TOO_SLOW` or `CHART_UNFIT` (terminal), and what the database says
 */
export async function readChart(
  reading: ChartReading,
  topic: Topic,
  chart: TopicChart,
): Promise<ChartFigures> {
  const sql = chartSql(topic, chart, CHART_CELLS_MAX + 1)
  const answer = await reading.database.withSession((session) => readBounded(reading, session, sql))
  const rows = chart.procedure === undefined ? (answer as ChartRow[]) : resultOf(chart, answer)
  return pivotFigures(chart, rows)
}

/** Ends the statement by the server's own means when it takes too long: on both servers, also within a procedure. */
async function readBounded(
  { killer, limitMs }: ChartReading,
  session: Session,
  sql: string,
): Promise<unknown[]> {
  let ending: Promise<unknown> | undefined
  const timer = setTimeout(() => {
    const kill = killer.write(`KILL QUERY ${session.id}`)
    ending = kill.catch(() => session.abandon('the counting could not be ended'))
  }, limitMs)
  try {
    const rows = await readOnly(session, sql)
    if (ending === undefined) return rows
  } catch (error) {
    if (ending === undefined) throw error
  } finally {
    clearTimeout(timer)
  }
  await ending
  // A late KILL must not meet the next statement of this connection.
  session.destroy()
  throw tooSlow(limitMs)
}

async function readOnly(session: Session, sql: string): Promise<unknown[]> {
  await session.write('START TRANSACTION READ ONLY')
  try {
    return await session.rows<unknown>(sql)
  } finally {
    if (session.broken) session.destroy()
    else await session.write('ROLLBACK').catch(() => session.destroy())
  }
}

/** A procedure's answer is its result sets, then its end. */
function resultOf(chart: TopicChart, answer: unknown): ChartRow[] {
  const result: unknown = Array.isArray(answer) ? answer[0] : undefined
  if (!Array.isArray(result)) throw unfit(chart, 'gives no rows')
  return result as ChartRow[]
}

const tooSlow = (limitMs: number): Fault =>
  new Fault({
    code: 'CHART_TOO_SLOW',
    kind: 'terminal',
    message: `the database took longer than ${limitMs / 1000} s to count; an index on the columns of the chart helps`,
  })
