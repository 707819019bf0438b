import type { Cleanup } from './cleanup.ts'
import { type BenchOptions, UsageError } from './options.ts'
import { type DatabaseServer, openGiven, openMariadb } from './servers.ts'

/** Names a running MySQL by an administrator's URL. */
const MYSQL_VARIABLE = 'BENCH_MYSQL_ADMIN_URL'
/** Its process, where it runs on this machine: what it uses is told then. */
const MYSQL_PID_VARIABLE = 'BENCH_MYSQL_PID'

/**
 * Opens the database servers that the options name.
 * @throws UsageError for a MySQL that no variable names
 */
export async function chooseServers(
  options: Pick<BenchOptions, 'server' | 'serverArgs'>,
  { cleanup, log }: { readonly cleanup: Cleanup; readonly log: (line: string) => void },
): Promise<DatabaseServer[]> {
  const mysqlUrl = process.env[MYSQL_VARIABLE]
  const { server = mysqlUrl === undefined ? 'mariadb' : 'both' } = options
  if (server !== 'mariadb' && mysqlUrl === undefined)
    throw new UsageError(
      `--server ${server} needs ${MYSQL_VARIABLE}, such as mysql://root:password@127.0.0.1:3306/mysql`,
    )
  return [
    ...(server === 'mysql' ? [] : [await openMariadb(options.serverArgs, cleanup, log)]),
    ...(server === 'mariadb' || mysqlUrl === undefined ? [] : [await openGiven(mysqlUrl, readPid())]),
  ]
}

function readPid(): number | undefined {
  const text = process.env[MYSQL_PID_VARIABLE]
  return text === undefined ? undefined : Number(text)
}
