import { Database } from '@gather/ledger'
import { isFault, toFault } from '@gather/platform'
import type { Services } from '@gather/runs'
import { readChart } from '@gather/store'
import { type ChartCache, createChartCache } from './chart-cache.ts'
import { chartProblem } from './chart-problem.ts'

/** The page of a topic is there in 200 ms: what takes longer to count comes with the next look. */
const WAIT_MS = 120
const COUNT_LIMIT_MS = 30_000

/** The charts' own way to the database, of two connections, so that long counting keeps no other page waiting. */
export function openCharts({ config, log, database: killer }: Pick<Services, 'config' | 'log' | 'database'>) {
  const database = new Database({
    url: config.mysqlUrl,
    caFile: config.mysqlCaFile,
    connectionsMax: 2,
    // A pooled statement is given up after two job locks, and these may take longer than that of a quick test.
    jobLockMs: Math.max(config.jobLockMs, COUNT_LIMIT_MS),
  })
  const charts: ChartCache = createChartCache({
    read: ({ topic, chart }) => readChart({ database, killer, limitMs: COUNT_LIMIT_MS }, topic, chart),
    describe({ topic, chart }, error) {
      if (!isFault(error)) log.error({ err: toFault(error) }, 'dashboard.chart_failed')
      return chartProblem(topic, chart, error)
    },
    waitMs: WAIT_MS,
    clock: () => performance.now(),
  })
  return { charts, close: () => database.close() }
}
