import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type AppProcess, runPlanner, startApp, stopApps } from '../app-process.ts'
import { storedRows } from '../checker/compare-rows.ts'
import { recordHistory } from '../checker/history.ts'
import { startReader } from '../checker/reader.ts'
import { startTestStack, type TestStack, type TestStackOptions } from '../test-stack.ts'
import { type KillableDatabase, startKillableDatabase } from './killable-database.ts'
import { type KillableRedis, startKillableRedis } from './killable-redis.ts'
import { STRUCK, type Strike } from './strike.ts'
import { type Trial, watchRun } from './trial.ts'

/** A test stack on servers of its own, which may be killed, with a ledger that writes down its own history. */
export interface NemesisStack extends TestStack {
  readonly redis: KillableRedis
  readonly databaseServer: KillableDatabase
  /** Starts a process of the product and waits until it works; one that strikes may die before that. */
  start(app: 'worker' | 'listener', strike?: Strike): Promise<AppProcess>
  /** Begins a run of everything by the planner; `before` and a reader are noted for {@link Trial.check}. */
  begin(options?: BeginOptions): Promise<Trial>
}

export interface BeginOptions {
  /** More arguments of `planner enqueue`. @defaultValue `--initialize` */
  readonly args?: readonly string[]
  readonly strike?: Strike
  readonly withReader?: boolean
}

/** Starts Redis, database, portal and topic of one test file. `close` ends all processes and rejects where one left a session. */
export async function startNemesisStack(options: TestStackOptions = {}): Promise<NemesisStack> {
  const [redis, databaseServer] = await Promise.all([startKillableRedis(), startKillableDatabase()])
  const servers = { redisUrl: redis.url, mysqlAdminUrl: databaseServer.adminUrl }
  const stack = await startTestStack({ ...options, servers })
  await recordHistory(stack.services.database)
  await grantImporter(stack)
  const env = { ...stack.env, MYSQL_URL: onSchema(databaseServer.url, stack.testDatabase.schema) }
  return {
    ...stack,
    env,
    redis,
    databaseServer,
    async start(app, strike) {
      const process = startApp(app, env, strike)
      await process.waitFor(/\.ready|^struck /m)
      return process
    },
    begin: (begin) => beginTrial({ ...stack, env }, begin ?? {}),
    async close() {
      await stopApps()
      const sessionCount = await countImporterSessions(stack)
      await stack.close()
      await Promise.all([redis.stop(), databaseServer.stop()])
      if (sessionCount > 0) throw new Error(`I5: ${sessionCount} sessions of dead processes are still open`)
    },
  }
}

const IMPORTER = 'importuser'
const SESSIONS_GONE_MS = 10_000
const LOOK_PAUSE_MS = 50
const END_WITHIN_MS = 40_000

/** The processes work with the rights of `sql/users` and no others. */
async function grantImporter({ services, testDatabase }: TestStack): Promise<void> {
  const script = readFileSync(
    new URL('../../../../sql/users/create_user_importuser.sql', import.meta.url),
    'utf8',
  )
  const rights = /^GRANT (.+) ON rover\.\*/m.exec(script)?.[1] ?? ''
  await services.database.write(`GRANT ${rights} ON \`${testDatabase.schema}\`.* TO ${IMPORTER}@'%'`)
}

function onSchema(url: string, schema: string): string {
  const own = new URL(url)
  own.pathname = `/${schema}`
  return own.href
}

/** Sessions that the processes left behind, once the server has had time to notice their end. */
async function countImporterSessions({ services }: TestStack): Promise<number> {
  const deadline = performance.now() + SESSIONS_GONE_MS
  for (;;) {
    const [row] = await services.database.rows<{ n: number }>(
      'SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE USER = ?',
      [IMPORTER],
    )
    if (row?.n === 0 || performance.now() > deadline) return row?.n ?? 0
    await sleep(LOOK_PAUSE_MS)
  }
}

async function beginTrial(stack: TestStack, options: BeginOptions): Promise<Trial> {
  const { database } = stack.services
  const before = await storedRows(database, stack.topic)
  const reader = options.withReader
    ? startReader(stack.testDatabase.url, stack.topic.target.table)
    : undefined
  const args = ['enqueue', stack.topic.name, '--json', ...(options.args ?? ['--initialize'])]
  const newestBefore = await newestRunId(stack)
  const { stdout, stderr } = await runPlanner(args, stack.env, options.strike)
  const runId = await newestRunId(stack)
  if (runId === undefined || runId === newestBefore)
    throw new Error(`the planner recorded no run: ${stderr}${stdout}`)
  if (options.strike !== undefined && !STRUCK.test(stdout))
    throw new Error(`the planner was not struck: ${stderr}${stdout}`)
  return watchRun(stack, { runId, before, reader, endWithinMs: END_WITHIN_MS })
}

async function newestRunId(stack: TestStack): Promise<string | undefined> {
  const [run] = await stack.services.database.rows<{ runId: string }>(
    'SELECT run_id AS runId FROM import_run ORDER BY created_at DESC, run_id DESC LIMIT 1',
  )
  return run?.runId
}
