import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type AppProcess,
  eventually,
  runPlanner,
  startApp,
  startTestStack,
  stopApps,
  type TestStack,
} from '@gather/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROWS = 1_000
const UNKNOWN = 'zzzz99999999'

let stack: TestStack
let apps: AppProcess[]
let runId: string
let evil: { readonly url: string; readonly host: string; requestCount: number; close(): void }
beforeAll(async () => {
  evil = await startEvilPortal()
  stack = await startTestStack({ rowCount: ROWS })
  await stack.testDatabase.database.write('CREATE TABLE victim (text VARCHAR(20))')
  await stack.testDatabase.database.write("INSERT INTO victim VALUES ('as it was')")
  // The host is one that could be asked, if a job could say so.
  const env = { ...stack.env, INSECURE_SOURCE_HOSTS: `${stack.env.INSECURE_SOURCE_HOSTS},${evil.host}` }
  apps = [startApp('worker', env), startApp('listener', env)]
  await Promise.all(apps.map((app) => app.waitFor(/\.ready/)))
  runId = (await importAll()).runId
}, 120_000)
afterAll(async () => {
  await stopApps()
  await stack?.close()
  evil?.close()
})

async function startEvilPortal() {
  const server = createServer((_request, response) => {
    portal.requestCount += 1
    response.end('[]')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const portal = { host, url: `http://${host}`, requestCount: 0, close: () => void server.close() }
  return portal
}

async function importAll(): Promise<{ runId: string; state: string }> {
  const { stdout } = await runPlanner(
    ['enqueue', 'pet_license', '--initialize', '--wait', '--json'],
    stack.env,
  )
  return JSON.parse(stdout)
}

const good = () => ({ v: 1, runId, generation: 1, pageNo: 0, enqueueNo: 1 })
const elsewhere = () => ({
  url: evil.url,
  host: evil.host,
  sourceUrl: evil.url,
  table: 'victim',
  targetTable: 'victim',
})

/** Jobs of ours with something forged in them, and things that are no jobs at all. */
const forgedJobs = (): readonly unknown[] => [
  { ...good(), ...elsewhere() },
  { ...good(), run: elsewhere() },
  { ...good(), definition: JSON.stringify({ source: elsewhere() }) },
  { ...good(), sql: 'DROP TABLE victim' },
  { ...good(), runId: "x'; DROP TABLE victim; -- " },
  { ...good(), runId: '../../etc' },
  { ...good(), runId: [runId] },
  { ...good(), runId: { toString: runId } },
  ...[-1, 1.5, 2 ** 53, 1e300, '0', null, true, [], {}].map((pageNo) => ({ ...good(), pageNo })),
  ...[0, 1e300, '1'].flatMap((number) => [
    { ...good(), generation: number },
    { ...good(), enqueueNo: number },
  ]),
  { v: '1' },
  { v: {} },
  {},
  [],
  'text',
  7,
  { ...good(), filler: 'x'.repeat(1_000_000) },
  { ...good(), nested: JSON.parse(`${'['.repeat(2_000)}${']'.repeat(2_000)}`) },
]

/** Everything that a forged job could have changed. */
async function readAll() {
  const { database } = stack.testDatabase
  const count = 'COUNT(*) AS n, COALESCE(SUM(CRC32(CONCAT_WS(0x1f,'
  const [rows] = await database.rows(
    `SELECT ${count} pet_license_id, license_number, source_row_id))), 0) AS sum FROM pet_license`,
  )
  return {
    rows,
    victim: await database.rows('SELECT text FROM victim'),
    runs: await database.rows('SELECT * FROM import_run'),
    pages: await database.rows('SELECT * FROM import_page ORDER BY run_id, page_no'),
    log: await database.rows('SELECT * FROM import_log ORDER BY import_log_id'),
    tables: await database.rows('SHOW TABLES'),
    evilRequests: evil.requestCount,
  }
}

const forge = async (queue: 'pages' | 'settles', jobs: readonly unknown[]) =>
  Promise.all(
    jobs.map((data, index) =>
      stack.services.queue[queue].add('forged', data, { jobId: `${queue}-forged-${index}` }),
    ),
  )

/** The reasons that the jobs of `prefix` failed for, once all have. */
const failuresOf = (queue: 'pages' | 'settles', prefix: string, count: number) =>
  eventually(`the end of ${count} forged jobs`, async () => {
    const failed = await stack.services.queue[queue].getFailed(0, 999)
    const reasons = failed.filter((job) => job.id?.startsWith(prefix)).map((job) => String(job.failedReason))
    return reasons.length === count && reasons
  })

describe('S21: jobs that somebody else put into Redis', () => {
  it('are refused, and neither touch anything nor ask anybody', async () => {
    const before = await readAll()
    const pages = forgedJobs()
    const settles = pages.map((job) =>
      typeof job === 'object' && job !== null && !Array.isArray(job) ? { ...job, settle: 1 } : job,
    )
    await forge('pages', pages)
    await forge('settles', settles)
    for (const queue of ['pages', 'settles'] as const) {
      const reasons = await failuresOf(queue, `${queue}-forged-`, pages.length)
      for (const reason of reasons) expect(reason).toMatch(/^JOB_INVALID: a job is not one of ours/)
      expect(Math.max(...reasons.map((reason) => reason.length))).toBeLessThan(1_000)
    }
    expect(await readAll()).toEqual(before)
  })

  it('and are over at once where they name what is over: pages, generations and runs', async () => {
    const before = await readAll()
    const far = { pageNo: 99_999, enqueueNo: 999_999 }
    const jobs = [
      good(),
      { ...good(), enqueueNo: 99 },
      { ...good(), ...far },
      { ...good(), generation: 77, ...far },
    ]
    const { pages, settles } = stack.services.queue
    await Promise.all(jobs.map((data, index) => pages.add('page', data, { jobId: `over-${index}` })))
    await settles.add('settle', { v: 1, runId, generation: 9 }, { jobId: 'over-settle' })
    await eventually('their end', async () => {
      const states = await Promise.all(jobs.map((_, index) => pages.getJobState(`over-${index}`)))
      return states.every((state) => state === 'completed')
    })
    await eventually('the settle job', async () => (await settles.getJobState('over-settle')) === 'completed')
    expect(await readAll()).toEqual(before)
  })

  it('hold up no other job, not even by what is no JSON or of a run that nobody knows', async () => {
    const { pages, settles } = stack.services.queue
    const redis = new Redis(stack.env.REDIS_URL ?? '')
    for (const [index, data] of ['{not json', '', '"', '{"__proto__":{"v":1}}'].entries()) {
      await redis.hset(pages.toKey(`raw-${index}`), {
        name: 'page',
        data,
        opts: '{}',
        timestamp: '1',
        delay: '0',
        priority: '0',
      })
      await redis.lpush(pages.toKey('wait'), `raw-${index}`)
    }
    redis.disconnect()
    await pages.add('page', { ...good(), runId: UNKNOWN }, { jobId: 'unknown-page' })
    await settles.add('settle', { v: 1, runId: UNKNOWN, generation: 1 }, { jobId: 'unknown-settle' })
    const receipt = await importAll()
    expect(receipt.state).toBe('succeeded')
    expect(receipt.runId).not.toBe(runId)
    expect(['delayed', 'active', 'waiting']).toContain(await pages.getJobState('unknown-page'))
    expect(evil.requestCount).toBe(0)
    expect(await stack.testDatabase.database.rows('SELECT text FROM victim')).toEqual([{ text: 'as it was' }])
    for (const app of apps) expect(await Promise.race([app.exited, 'alive'])).toBe('alive')
  })

  it('settle no run whose pages are still open', async () => {
    stack.portal.setFault((request) =>
      request.query.has('$order') ? { kind: 'delay', delayMs: 2_000 } : undefined,
    )
    const { stdout } = await runPlanner(['enqueue', 'pet_license', '--initialize', '--json'], stack.env)
    const open: { runId: string } = JSON.parse(stdout)
    const { settles } = stack.services.queue
    const forged = await Promise.all(
      [1, 2, 3].map((generation) =>
        settles.add('settle', { v: 1, runId: open.runId, generation }, { jobId: `early-${generation}` }),
      ),
    )
    await eventually('the forged settle jobs', async () => {
      const states = await Promise.all(forged.map((job) => settles.getJobState(String(job.id))))
      return states.every((state) => state === 'completed')
    })
    const [run] = await stack.testDatabase.database.rows<{ state: string }>(
      'SELECT state FROM import_run WHERE run_id = ?',
      [open.runId],
    )
    expect(run?.state).toBe('loading')
    stack.portal.setFault(undefined)
    const end = await runPlanner(['show', open.runId, '--wait', '--json'], stack.env)
    expect(JSON.parse(end.stdout)).toMatchObject({ state: 'succeeded', counts: { stored: ROWS } })
  })
})
