import { setTimeout as sleep } from 'node:timers/promises'
import { Database } from '@gather/ledger'
import {
  type CutMoment,
  eventually,
  type NemesisStack,
  runPlanner,
  startApp,
  startNemesisStack,
  startTcpProxy,
  stopApps,
  storedRows,
  type TcpProxy,
  type Trial,
} from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { followRun } from './follow-run.ts'

const PAGES = 12
let stack: NemesisStack
let toDatabase: TcpProxy
let toRedis: TcpProxy
/** Called with what clients say to the database, before it is sent on. */
let onStatement: (text: string) => void = () => {}
/** Called when the database answers. */
let onAnswer: () => void = () => {}
/** For processes whose ways to the servers lead through the proxies. */
let behind: Readonly<Record<string, string>>
beforeAll(async () => {
  stack = await startNemesisStack({
    rowCount: 20 * PAGES,
    topic: {
      page_rows: 20,
      incremental: { strategy: 'cursor', column: 'license_issue_date', operator: '>=' },
    },
    env: { JOB_LOCK_MS: '1000', WORKER_CONCURRENCY: '1' },
  })
  toRedis = await startTcpProxy({ upstreamPort: stack.redis.port })
  toDatabase = await startTcpProxy({
    upstreamPort: stack.databaseServer.port,
    onBytes: (direction, bytes) =>
      direction === 'toServer' ? onStatement(bytes.toString('latin1')) : onAnswer(),
  })
  behind = {
    ...stack.env,
    REDIS_URL: toRedis.through(stack.redis.url),
    MYSQL_URL: toDatabase.through(stack.testDatabase.url),
  }
  const apps = [startApp('worker', behind), startApp('listener', behind)]
  await Promise.all(apps.map((app) => app.waitFor(/\.ready/)))
})
afterEach(async () => {
  stack.portal.setFault(undefined)
  onStatement = () => {}
  onAnswer = () => {}
  await Promise.all([toRedis, toDatabase].map((proxy) => proxy.setMode({ kind: 'pass' })))
})
afterAll(async () => {
  await stopApps()
  await Promise.all([toRedis, toDatabase].map((proxy) => proxy.close()))
  await stack.close()
})

/** Cuts the connection at the next COMMIT after a statement with `text`, once. */
function cutCommitAfter(text: string, when: CutMoment): void {
  onStatement = (statement) => {
    if (!statement.includes(text)) return
    onStatement = () => {}
    void toDatabase.setMode({ kind: 'match', pattern: 'COMMIT', when, times: 1 })
  }
}

/** Lets a statement with `text` through and its answer not; the connections of that moment are dead from then on. */
function swallowAnswerTo(text: string): Promise<void> {
  const swallowed = Promise.withResolvers<void>()
  onStatement = (statement) => {
    if (!statement.includes(text)) return
    onStatement = () => {}
    onAnswer = () => {
      onAnswer = () => {}
      void toDatabase.setMode({ kind: 'blackhole', afterwards: 'silent' }).then(swallowed.resolve)
    }
  }
  return swallowed.promise
}

const slowDown = () =>
  stack.portal.setFault((request) =>
    request.query.has('$order') ? { kind: 'delay', delayMs: 100 } : undefined,
  )

async function expectExact(trial: Trial) {
  expect((await trial.ended()).reason).toBeNull()
  expect(await trial.check()).toEqual([])
}

const MOMENTS: readonly CutMoment[] = ['beforeForwarding', 'afterAnswer']

describe('a connection that is reset when COMMIT passes', () => {
  it.each(MOMENTS)('38: the transaction of a page is not done twice, nor forgotten: %s', async (when) => {
    const cutsBefore = toDatabase.cutCount
    cutCommitAfter("SET state = 'done'", when)
    await expectExact(await stack.begin({ withReader: true }))
    expect(toDatabase.cutCount).toBe(cutsBefore + 1)
  })

  it.each(MOMENTS)('38: the merge of a cursor run happens once: %s', async (when) => {
    stack.portal.dataset(stack.topic.source.dataset).insertRows(rowsOf(when))
    const cutsBefore = toDatabase.cutCount
    cutCommitAfter("SET state = 'succeeded'", when)
    const trial = await stack.begin({ args: [], withReader: true })
    await eventually('the cut', () => toDatabase.cutCount > cutsBefore)
    await passTime(trial)
    expect((await trial.ended()).strategy).toBe('cursor')
    await expectExact(trial)
  })

  it.each([...MOMENTS, 'afterForwarding'] as const)(
    '38: the planner tells truly whether its run is recorded: %s',
    async (when) => {
      const { database } = stack.services
      const before = await storedRows(database, stack.topic)
      cutCommitAfter('INSERT INTO import_page', when)
      const { code, stdout, stderr } = await runPlanner(
        ['enqueue', stack.topic.name, '--initialize', '--json'],
        behind,
      )
      const [open] = await database.rows<{ runId: string }>(
        'SELECT run_id AS runId FROM import_run ORDER BY created_at DESC, run_id DESC LIMIT 1',
      )
      if (when !== 'afterForwarding')
        expect({ when, code }).toEqual({ when, code: when === 'afterAnswer' ? 0 : 3 })
      if (code !== 0) return expect(stderr).toMatch(/Connection lost|ECONNRESET/)
      expect(JSON.parse(stdout).runId).toBe(open?.runId)
      const { run, violations } = await followRun(stack, JSON.parse(stdout).runId, before)
      expect({ reason: run.reason, violations }).toEqual({ reason: null, violations: [] })
    },
  )
})

describe('a way to a server that is dead and does not say so', () => {
  it('17: workers and listener find another way to Redis, long before a person would look', async () => {
    slowDown()
    const trial = await stack.begin({ withReader: true })
    await eventually('a page', async () => (await trial.pagesDone()) > 0)
    await toRedis.setMode({ kind: 'blackhole', afterwards: 'silent' })
    await sleep(1_000)
    await toRedis.setMode({ kind: 'pass' })
    // It was half a minute, once.
    expect((await trial.ended(25_000)).reason).toBeNull()
    expect(await trial.check()).toEqual([])
  })

  it('41: pages of a worker that hears nothing, and of one that was stopped, are free again; so is a settler', async () => {
    slowDown()
    const sleeper = await stack.start('worker', { point: 'before_commit', deed: 'stop', passNo: 1 })
    const trial = await stack.begin({ withReader: true })
    await sleeper.struck()
    const swallowed = swallowAnswerTo('FOR UPDATE NOWAIT')
    const settled = askWhenDead(swallowed)
    await swallowed
    await toDatabase.setMode({ kind: 'pass' })
    expect((await trial.ended()).reason).toBeNull()
    sleeper.kill('SIGCONT')
    sleeper.kill('SIGTERM')
    expect(await sleeper.exited).toBe(0)
    expect(await trial.check()).toEqual([])
    expect(await settled).toMatchObject({ code: 'DATABASE_LOST', kind: 'unavailable' })
  })
})

/** What a settler's session, which has no statement timeout, gets when it asks after the way to the server has died. */
async function askWhenDead(dead: Promise<void>): Promise<unknown> {
  const database = new Database({ url: toDatabase.through(stack.testDatabase.url), jobLockMs: 1_000 })
  const answer = database.withOwnSession(async (session) => {
    await dead
    return await session.rows('SELECT 1')
  })
  const tooLate = sleep(40_000, 'no answer', { ref: false })
  return Promise.race([answer, tooLate])
    .catch((error: unknown) => error)
    .finally(() => database.close())
}

/** Two rows that the cursor finds, as they are of the newest day. */
function rowsOf(name: string) {
  const dataset = stack.portal.dataset(stack.topic.source.dataset)
  const days = dataset.rows().map((row) => String(row.license_issue_date))
  const newest = days.sort().at(-1)
  return [1, 2].map((n) => ({
    license_issue_date: newest,
    license_number: `${name}${n}`.slice(-20),
    species: 'Cat',
    primary_breed: 'Mix',
  }))
}

/** A run that is being published is left alone for a while; it is over at once. */
const passTime = async ({ runId }: Trial) => {
  const sql =
    'UPDATE import_run SET moved_at = moved_at - INTERVAL 16 SECOND WHERE run_id = ? AND finished_at IS NULL'
  await stack.testDatabase.database.write(sql, [runId])
}
