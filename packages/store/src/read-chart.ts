import type { Database, Session } from '@gather/ledger'
import { Fault } from '@gather/platform'
import type { Topic, TopicChart } from '@gather/topics'
import { type ChartFigures, type ChartRow, pivotFigures, unfit } from './chart-figures.ts'
import { chartSql } from './chart-sql.ts'

/** Values a chart may have: more can't be told apart, nor read as a table. */
export const CHART_CELLS_MAX = 5_000

/**
 * Reads the figures of a chart in a transaction that can't write, for at most `limitMs`.
 * @param database - in which topic's target stands
 * @throws Fault `CHART_TOO_SLOW` or `CHART_UNFIT` (terminal), and what the database says
 */
export async function readChart(
  database: Database,
  topic: Topic,
  chart: TopicChart,
  limitMs: number,
): Promise<ChartFigures> {
  const sql = chartSql(topic, chart, CHART_CELLS_MAX + 1)
  const answer = await database.withSession((session) => readBounded(database, session, sql, limitMs))
  const rows = chart.procedure === undefined ? (answer as ChartRow[]) : resultOf(chart, answer)
  const figures = pivotFigures(chart, rows)
  if (rows.length > CHART_CELLS_MAX || figures.xs.length * figures.series.length > CHART_CELLS_MAX)
    throw unfit(chart, `gives more than ${CHART_CELLS_MAX} values`)
  return figures
}

/** Ends the statement by the server's own means when it takes too long: on both servers, also within a procedure. */
async function readBounded(
  database: Database,
  session: Session,
  sql: string,
  limitMs: number,
): Promise<unknown[]> {
  let ending: Promise<unknown> | undefined
  const timer = setTimeout(() => {
    ending = database.write(`KILL QUERY ${session.id}`).catch(() => session.destroy())
  }, limitMs)
  const outcome = await readOnly(session, sql).catch((error: unknown) => {
    if (ending === undefined) throw error
    return []
  })
  clearTimeout(timer)
  if (ending === undefined) return outcome
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
    await session.write('ROLLBACK').catch(() => session.destroy())
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
