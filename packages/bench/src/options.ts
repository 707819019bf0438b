import { parseArgs } from 'node:util'
import { ROW_ID_ORDERS, type RowIdOrder } from './page-portal/row-ids.ts'

export const SCENARIO_NAMES = ['million', 'small', 'latency', 'planning', 'mirror', 'scale'] as const
export type ScenarioName = (typeof SCENARIO_NAMES)[number]

export const YARDSTICK_NAMES = ['client', 'bare', 'rows', 'pandas'] as const
export type YardstickName = (typeof YARDSTICK_NAMES)[number]

export const SERVER_CHOICES = ['mariadb', 'mysql', 'both'] as const

export const HELP = `pnpm bench -- [scenario ...] [options]

Measures the product, as real processes on private servers, against the goals of its design and against other ways to load the
same rows, in one run, round after round. Ends with 0 when it measured, whatever the goals say, and with 1 when something failed.

Scenarios (all but scale unless named):
  million    1,035,080 rows, against the yardsticks
  small      51,754 rows
  latency    200 pages of a portal that takes its time for each request
  planning   10,000 pages planned and enqueued
  mirror     an incremental run on an unchanged source
  scale      50 thousand, 1 million and 10 million rows

  --runs N              measured rounds (default 5), after one that is not counted
  --rows N              rows, instead of the scenario's own; of scale: of its largest
  --workers N           worker processes, instead of the scenario's own
  --concurrency N       pages that one worker loads at a time (default 4)
  --page-rows N         rows of a page, instead of the scenario's own
  --latency-ms N        milliseconds that the portal waits before each answer
  --row-ids ORDER       scattered (default) or ascending: whether the texts of the portal's row ids follow the order of the
                        rows; the live service's do not, which costs an index that is filled row by row more
  --server WHICH        mariadb, mysql or both; mysql is the running server that BENCH_MYSQL_ADMIN_URL names (its process
                        may be told by BENCH_MYSQL_PID); default: mariadb, and of million both where there is one
  --yardsticks LIST     of million, separated by commas: client, bare, rows, pandas, or none (default: all)
  --profile             where the time goes: by phase of the run, by worker slot, by process
  --json FILE           writes everything that was measured to FILE
  --innodb-buffer-pool-size SIZE, --innodb-log-file-size SIZE
                        of the private MariaDB, such as 1G, for all contestants alike
  --help
`

/** What the command line asks for. Figures that it does not give are the scenario's own. */
export interface BenchOptions {
  readonly scenarios: readonly ScenarioName[]
  readonly runCount: number
  readonly rowCount: number | undefined
  readonly workerCount: number | undefined
  readonly concurrency: number
  readonly pageRows: number | undefined
  readonly latencyMs: number | undefined
  readonly rowIds: RowIdOrder
  readonly server: (typeof SERVER_CHOICES)[number] | undefined
  readonly yardsticks: readonly YardstickName[]
  readonly profile: boolean
  readonly jsonPath: string | undefined
  /** Arguments of the private MariaDB. */
  readonly serverArgs: readonly string[]
  readonly help: boolean
}

/** The command line asks for something that there is not. */
export class UsageError extends Error {}

/** @throws UsageError, or the parser's TypeError */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '5' },
      rows: { type: 'string' },
      workers: { type: 'string' },
      concurrency: { type: 'string', default: '4' },
      'page-rows': { type: 'string' },
      'latency-ms': { type: 'string' },
      'row-ids': { type: 'string', default: 'scattered' },
      server: { type: 'string' },
      yardsticks: { type: 'string', default: YARDSTICK_NAMES.join(',') },
      profile: { type: 'boolean', default: false },
      json: { type: 'string' },
      'innodb-buffer-pool-size': { type: 'string' },
      'innodb-log-file-size': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const wanted = positionals.length > 0 ? positionals : SCENARIO_NAMES.filter((name) => name !== 'scale')
  const yardsticks = values.yardsticks === 'none' ? [] : values.yardsticks.split(',')
  return {
    scenarios: wanted.map((name) => oneOf('the scenario', name, SCENARIO_NAMES)),
    runCount: wholeNumber('runs', values.runs, 1_000) ?? 5,
    rowCount: wholeNumber('rows', values.rows, 100_000_000),
    workerCount: wholeNumber('workers', values.workers, 64),
    concurrency: wholeNumber('concurrency', values.concurrency, 64) ?? 4,
    pageRows: wholeNumber('page-rows', values['page-rows'], 50_000),
    latencyMs: wholeNumber('latency-ms', values['latency-ms'], 60_000, 0),
    rowIds: oneOf('--row-ids', values['row-ids'], ROW_ID_ORDERS),
    server: values.server === undefined ? undefined : oneOf('--server', values.server, SERVER_CHOICES),
    yardsticks: yardsticks.map((name) => oneOf('--yardsticks', name, YARDSTICK_NAMES)),
    profile: values.profile,
    jsonPath: values.json,
    serverArgs: (['innodb-buffer-pool-size', 'innodb-log-file-size'] as const).flatMap((name) =>
      values[name] === undefined ? [] : [`--${name}=${values[name]}`],
    ),
    help: values.help,
  }
}

function wholeNumber(name: string, text: string | undefined, max: number, min = 1): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max)
    throw new UsageError(`--${name} must be a whole number from ${min} to ${max}`)
  return value
}

function oneOf<Name extends string>(what: string, text: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === text)
  if (found === undefined) throw new UsageError(`${what} must be one of: ${names.join(', ')}`)
  return found
}
