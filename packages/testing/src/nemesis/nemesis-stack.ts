import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { findRun, isOpen, type RunRecord, readLogEntries } from '@gather/ledger'
import { type AppProcess, runPlanner, startApp, stopApps } from '../app-process.ts'
import { checkRun, type Violation } from '../checker/check-run.ts'
import { portalRows, type RowSet, storedRows } from '../checker/compare-rows.ts'
import { recordHistory } from '../checker/history.ts'
import { type Reader, startReader } from '../checker/reader.ts'
import { startTestStack, type TestStack, type TestStackOptions } from '../test-stack.ts'
import { type KillableDatabase, startKillableDatabase } from './killable-database.ts'
import { type KillableRedis, startKillableRedis } from './killable-redis.ts'
import { STRUCK, type Strike } from './strike.ts'

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

/** One run under trial. */
export interface Trial {
  readonly runId: string
  /** Waits until the run is over and nothing more is to be done for it. @throws Error after `withinMs` */
  ended(withinMs?: number): Promise<RunRecord>
  /** Number of pages that are done. */
  pagesDone(): Promise<number>
  /** Holds the ended run against all invariants; `source` are the portal's rows by default. */
  check(source?: RowSet): Promise<Violation[]>
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
  return {
    runId,
    ended: (withinMs = 40_000) => awaitEnd(stack, runId, withinMs),
    pagesDone: () => countPagesDone(stack, runId),
    check: (source = portalRows(stack.portal.dataset(stack.topic.source.dataset), stack.topic)) =>
      checkTrial(stack, { runId, before, source, reader }),
  }
}

async function newestRunId(stack: TestStack): Promise<string | undefined> {
  const [run] = await stack.services.database.rows<{ runId: string }>(
    'SELECT run_id AS runId FROM import_run ORDER BY created_at DESC, run_id DESC LIMIT 1',
  )
  return run?.runId
}

async function countPagesDone({ services }: TestStack, runId: string): Promise<number> {
  const [row] = await services.database.rows<{ n: number }>(
    "SELECT COUNT(*) AS n FROM import_page WHERE run_id = ? AND state = 'done'",
    [runId],
  )
  return row?.n ?? 0
}

const LOOK_PAUSE_MS = 50

/** Over is a run with an end, a final row and no staging; trouble in reading that is the nemesis' own doing. */
async function awaitEnd(stack: TestStack, runId: string, withinMs: number): Promise<RunRecord> {
  const deadline = performance.now() + withinMs
  let seen = 'nothing was seen of it'
  while (performance.now() < deadline) {
    try {
      const run = await findRun(stack.services.database, runId)
      const entries = await readLogEntries(stack.services.importLog, runId)
      const isLogged = entries.some((entry) => entry.phase === 'final')
      const tables = await stack.services.store.listRunTables()
      const isClean = !tables.some((table) => table.runId === runId && !table.old)
      seen = `it is ${run?.state}, ${isLogged ? 'logged' : 'not logged'}, ${isClean ? 'clean' : 'with staging'}`
      if (run !== undefined && !isOpen(run.state) && isLogged && isClean) return run
    } catch (error) {
      seen = String(error)
    }
    await sleep(LOOK_PAUSE_MS)
  }
  throw new Error(`run ${runId} was not over after ${withinMs} ms: ${seen}`)
}

interface TrialFacts {
  readonly runId: string
  readonly before: RowSet
  readonly source: RowSet
  readonly reader: Reader | undefined
}

async function checkTrial(stack: TestStack, facts: TrialFacts): Promise<Violation[]> {
  const { database, importLog } = stack.services
  const reading = await facts.reader?.stop()
  return checkRun({
    database,
    importLog,
    topic: stack.topic,
    runId: facts.runId,
    before: facts.before,
    source: facts.source,
    ...(reading === undefined ? {} : { reading }),
  })
}
