import { randomBytes } from 'node:crypto'
import { Database, listPages, type Session } from '@gather/ledger'
import {
  type AppProcess,
  eventually,
  type KillableDatabase,
  type NemesisStack,
  recordHistory,
  runPlanner,
  startApp,
  startKillableDatabase,
  startNemesisStack,
  startTestStack,
  stopApps,
  type TestStack,
  type Trial,
} from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { measureRecovery } from '../../src/sweeps/recovery.ts'
import { followRun } from './follow-run.ts'

const PAGES = 32
let stack: NemesisStack
/** For processes whose user the server's limits hold for: those of an administrator are wider. */
let plain: Readonly<Record<string, string>>
let worker: AppProcess
beforeAll(async () => {
  stack = await startNemesisStack({
    rowCount: 10 * PAGES,
    topic: { page_rows: 10 },
    env: { JOB_LOCK_MS: '1000', WORKER_CONCURRENCY: '4' },
  })
  plain = { ...stack.env, MYSQL_URL: await createPlainUser(stack) }
  worker = startApp('worker', plain)
  const listener = startApp('listener', plain)
  await Promise.all([worker, listener].map((app) => app.waitFor(/\.ready/)))
})
afterEach(() => stack.portal.setFault(undefined))
afterAll(async () => {
  await stopApps()
  await stack.close()
})

async function createPlainUser({ testDatabase }: NemesisStack): Promise<string> {
  const { database, schema, url } = testDatabase
  const user = `plain_${randomBytes(4).toString('hex')}`
  await database.write(`CREATE USER ${user}@'%' IDENTIFIED BY 'plain'`)
  await database.write(`GRANT ALL ON \`${schema}\`.* TO ${user}@'%'`)
  const plainUrl = new URL(url)
  plainUrl.username = user
  plainUrl.password = 'plain'
  return plainUrl.href
}

const slowDown = (delayMs: number) =>
  stack.portal.setFault((request) => (request.query.has('$order') ? { kind: 'delay', delayMs } : undefined))

const chargedPages = async (database: Database, runId: string) =>
  (await listPages(database, runId, 1)).filter((page) => page.attemptCount > 0)

/** The run ended well, nothing of it is wrong, and no page was charged for what the database did. */
async function expectExact(trial: Trial) {
  expect((await trial.ended()).reason).toBeNull()
  expect(await trial.check()).toEqual([])
  expect(await chargedPages(stack.services.database, trial.runId)).toEqual([])
}

/** A session of somebody who is none of us. */
async function withStranger<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
  const database = new Database({ url: stack.testDatabase.url, connectionsMax: 1 })
  try {
    return await database.withOwnSession(work)
  } finally {
    await database.close()
  }
}

/** Puts the target under a metadata lock until the reader commits. */
async function openTable(reader: Session): Promise<void> {
  await reader.write('START TRANSACTION')
  await reader.rows(`SELECT 1 FROM \`${stack.topic.target.table}\` LIMIT 1`)
}

const isRunning = (start: RegExp, state = /./) =>
  eventually(`${start} in ${state}`, async () => {
    const processes = await stack.testDatabase.database.rows<{ Info: string | null; State: string | null }>(
      'SHOW FULL PROCESSLIST',
    )
    return processes.some(({ Info, State }) => start.test(Info ?? '') && state.test(State ?? ''))
  })

/** A run that is being published is left alone for a while; it is over at once. */
async function passTime({ runId }: Trial): Promise<void> {
  await stack.testDatabase.database.write(
    'UPDATE import_run SET moved_at = moved_at - INTERVAL 16 SECOND WHERE run_id = ? AND finished_at IS NULL',
    [runId],
  )
}

describe('a database server that dies', () => {
  it('39: in the middle of a run, again and again, costs no page an attempt', async () => {
    const recovery = await measureRecovery({ stack, server: 'database', outageMs: 200, outageCount: 3 })
    expect(recovery).toMatchObject({ state: 'succeeded', violations: [] })
    expect(await chargedPages(stack.services.database, recovery.runId)).toEqual([])
    // Only pages that were at work: those that waited must not be tried one after the other.
    expect(worker.output().match(/"job\.put_back"/g)?.length ?? 0).toBeLessThan(PAGES)
    // A bound against being forgotten; what it takes is measured by the soak.
    expect(recovery.recoveryMs).toBeLessThan(30_000)
  })

  it.each([
    ['while a RENAME waits', false],
    ['just when it may happen', true],
  ])('37: %s: the old table or the new is left', async (_moment, mayHappen) => {
    await withStranger(async (reader) => {
      const trial = await stack.begin({ withReader: true })
      await openTable(reader)
      await isRunning(/^RENAME TABLE/, /metadata lock/)
      if (mayHappen) void reader.write('COMMIT').catch(() => {})
      await stack.databaseServer.kill()
      await stack.databaseServer.start()
      await passTime(trial)
      await expectExact(trial)
    })
  })
})

describe('locks of others', () => {
  it('35: the page whose transaction loses a deadlock is stored all the same, and is not charged for it', async () => {
    slowDown(300)
    const trial = await stack.begin({ withReader: true })
    await withStranger(async (stranger) => {
      await stranger.write('CREATE TABLE ballast (n INT PRIMARY KEY)')
      await stranger.write('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ')
      await stranger.write('START TRANSACTION')
      // The server ends the lighter one of two transactions.
      const values = Array.from({ length: 2_000 }, (_, n) => `(${n})`).join()
      await stranger.write(`INSERT INTO ballast VALUES ${values}`)
      await stranger.rows(`SELECT * FROM \`_gs_${trial.runId}_1\` FOR UPDATE`)
      await isRunning(/^LOAD DATA/)
      await stranger.write('UPDATE import_page SET changed_at = changed_at WHERE run_id = ?', [trial.runId])
      await stranger.write('ROLLBACK')
      await stranger.write('DROP TABLE ballast')
    })
    await expectExact(trial)
  })

  it('36: a reader whose transaction stays open holds nobody else up for long, and the swap is done when it ends', async () => {
    const trial = await stack.begin({ withReader: true })
    await withStranger(async (reader) => {
      await openTable(reader)
      await isRunning(/^RENAME TABLE/, /metadata lock/)
      const startMs = performance.now()
      await stack.testDatabase.database.rows(`SELECT COUNT(*) FROM \`${stack.topic.target.table}\``)
      expect(performance.now() - startMs).toBeLessThan(5_000)
      await reader.write('COMMIT')
    })
    await passTime(trial)
    await expectExact(trial)
  })
})

describe('a server that has no room', () => {
  it('40: for more connections ends no page', async () => {
    const more = [startApp('worker', plain), startApp('worker', plain)]
    await Promise.all(more.map((app) => app.waitFor(/\.ready/)))
    for (const app of more) app.kill('SIGSTOP')
    slowDown(200)
    const trial = await stack.begin({ withReader: true })
    const { database } = stack.testDatabase
    const used = await readStatus(database, 'Threads_connected')
    await database.write(`SET GLOBAL max_connections = ${Math.max(CONNECTIONS_MIN, used + 5)}`)
    for (const app of more) app.kill('SIGCONT')
    await expectExact(trial)
    await database.write('SET GLOBAL max_connections = 200')
    expect(await readStatus(database, 'Connection_errors_max_connections')).toBeGreaterThan(0)
    for (const app of more) app.kill('SIGKILL')
  })

  it('42: and is read only for a while pauses the run', async () => {
    slowDown(60)
    const trial = await stack.begin({ withReader: true })
    await eventually('the first pages', async () => (await trial.pagesDone()) >= 3)
    await stack.testDatabase.database.write('SET GLOBAL read_only = 1')
    await worker.waitFor(/DATABASE_READ_ONLY/)
    await stack.testDatabase.database.write('SET GLOBAL read_only = 0')
    await expectExact(trial)
  })
})

describe('a server whose disk is full', () => {
  let full: KillableDatabase
  let small: TestStack
  beforeAll(async () => {
    full = await startKillableDatabase({ args: SMALL_DISK })
    small = await startTestStack({
      servers: { redisUrl: stack.redis.url, mysqlAdminUrl: full.adminUrl },
      rowCount: 6_000,
      topic: { page_rows: 500 },
      env: { JOB_LOCK_MS: '1000' },
    })
    await recordHistory(small.services.database)
  })
  afterAll(async () => {
    await stopApps()
    await small.close()
    await full.stop()
  })

  it('42: pauses the run, which goes on when there is room', async () => {
    const { database } = small.services
    const { stdout } = await runPlanner(['enqueue', small.topic.name, '--initialize', '--json'], small.env)
    const { runId } = JSON.parse(stdout)
    await fillDisk(database)
    const apps = [startApp('worker', small.env), startApp('listener', small.env)]
    await apps[0]?.waitFor(/DATABASE_FULL/)
    await database.write('DROP TABLE filler')
    expect(await followRun(small, runId)).toMatchObject({ run: { reason: null }, violations: [] })
    expect(await chargedPages(database, runId)).toEqual([])
  })
})

/** MariaDB takes no less. */
const CONNECTIONS_MIN = 10

async function readStatus(database: Database, name: string): Promise<number> {
  const [status] = await database.rows<{ Value: string }>('SHOW GLOBAL STATUS LIKE ?', [name])
  return Number(status?.Value)
}

/** All tables share one file that can't grow for long; what a rollback needs stands elsewhere, or the server would die. */
const SMALL_DISK = [
  '--innodb-file-per-table=0',
  '--innodb-data-file-path=ibdata1:12M:autoextend:max:48M',
  '--loose-innodb-undo-tablespaces=2',
]

async function fillDisk(database: Database): Promise<void> {
  await database.write('CREATE TABLE filler (n INT AUTO_INCREMENT PRIMARY KEY, bytes VARBINARY(7000))')
  for (const rowCount of [200, 20, 1]) {
    const values = Array.from({ length: rowCount }, () => "(REPEAT('x', 7000))").join()
    let isFull = false
    while (!isFull) {
      isFull = await database.write(`INSERT INTO filler (bytes) VALUES ${values}`).then(
        () => false,
        () => true,
      )
    }
  }
}
