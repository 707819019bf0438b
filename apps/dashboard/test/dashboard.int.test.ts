import {
  claimPage,
  endRun,
  findRun,
  markPageDone,
  moveRun,
  releasePage,
  saveReceipt,
  writeLogEntry,
} from '@gather/ledger'
import { Fault } from '@gather/platform'
import { createTestDatabase, requireService, type TestDatabase } from '@gather/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveDashboard, writeRun } from './served-dashboard.ts'

const XSS = '<img src=x onerror=alert(1)>"\'</script><script>alert(2)</script>'
const OWN_PATHS = [
  '/',
  '/?topic=pet_license',
  '/runs/good1',
  '/runs/nothing',
  '/metrics',
  '/assets/style.css',
]
const BOARD_PATHS = [
  '/queues',
  '/queues/',
  '/queues/queue/pages',
  '/queues/api/queues',
  '/queues/static/nothing.js',
]
const KNOWN = { authorization: `Basic ${Buffer.from('ann:secret:1').toString('base64')}` }

let testDatabase: TestDatabase
let open: Awaited<ReturnType<typeof serveDashboard>>
let locked: Awaited<ReturnType<typeof serveDashboard>>

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  const env = { MYSQL_URL: testDatabase.url, REDIS_URL: requireService('TEST_REDIS_URL') }
  open = await serveDashboard(env)
  locked = await serveDashboard({
    ...env,
    DASHBOARD_HOST: '0.0.0.0',
    DASHBOARD_USER: 'ann',
    DASHBOARD_PASSWORD: 'secret:1',
  })
})

afterAll(async () => {
  await open?.services.queue.pages.obliterate({ force: true })
  await open?.close()
  await locked?.close()
  await testDatabase?.drop()
})

test('an empty ledger shows the command that starts a run, and does not refresh', async () => {
  const { status, body } = await open.send('/')
  expect(status).toBe(200)
  expect(body).toContain('npx planner enqueue pet_license')
  expect(body).not.toContain('http-equiv="refresh"')
  expect(body).toContain('No worker connected')
})

test('runs are listed with state, rows, pages and the reason of a failure; topics and reasons stay text', async () => {
  await writeGoodRun('good1')
  await writeFailedRun('bad1')
  const { status, body } = await open.send('/')
  expect(status).toBe(200)
  expect(body).toMatch(/<a class="id" href="\/runs\/good1">good1<\/a>/)
  expect(body).toContain('25 of 25 rows')
  expect(body).toContain('3 of 3 pages')
  expect(body).toContain('10 of 25 rows')
  expect(body).toContain('1 failed')
  expect(body).toContain('PAGES_FAILED')
  expect(body).toContain('&lt;img src=x onerror=alert(1)&gt;')
  expect(body).not.toMatch(/<img|<script>|style=| on\w+="/)
  expect(body).not.toContain('http-equiv="refresh"')
})

test('without a script the page refreshes itself while a run is open, and stands still on request', async () => {
  await writeRun(testDatabase.database, { runId: 'open1', topic: 'permits' })
  await moveRun(testDatabase.database, { runId: 'open1', generation: 1 }, ['planned'], 'loading')
  expect((await open.send('/')).body).toMatch(/<noscript><meta http-equiv="refresh" content="[2-5]">/)
  expect((await open.send('/?refresh=off')).body).not.toContain('http-equiv="refresh"')
  expect((await open.send('/runs/open1')).body).toContain('http-equiv="refresh"')
  expect((await open.send('/runs/good1')).body).not.toContain('http-equiv="refresh"')
})

test('the list can be confined to a topic, whatever the topic is', async () => {
  const { body } = await open.send('/?topic=permits')
  expect(body).toContain('/runs/open1')
  expect(body).not.toContain('/runs/good1')
  const strange = await open.send(`/?topic=${encodeURIComponent(XSS)}&topic=permits`)
  expect(strange.status).toBe(200)
  expect(strange.body).not.toMatch(/<img|<script>/)
  const quoted = await open.send(`/?topic=${encodeURIComponent("' OR 1=1 -- ")}`)
  expect(quoted.body).not.toContain('/runs/good1')
})

test('the page of a run shows receipt, page counts, failures and import_log as text', async () => {
  const good = await open.send('/runs/good1')
  expect(good.status).toBe(200)
  expect(good.body).toContain('<code>777</code>')
  expect(good.body).toContain('all stored')
  const bad = await open.send('/runs/bad1')
  expect(bad.body).toContain('All failed pages')
  expect(bad.body).toContain('SOURCE_STATUS')
  expect(bad.body).toContain('onerror=alert(1)&gt;')
  expect(bad.body).not.toMatch(/<img|<script>/)
})

test.each([
  '/runs/nothing',
  '/runs/%3Cscript%3E',
  `/runs/${'x'.repeat(90)}`,
  '/nothing',
  '/assets/..%2fmain.ts',
])('%s is not found', async (path) => {
  const { status, headers } = await open.send(path)
  expect(status).toBe(404)
  expect(headers['content-security-policy']).toContain("default-src 'self'")
})

test('every answer carries the security headers, errors too, and allows no foreign host', async () => {
  for (const path of [...OWN_PATHS, ...BOARD_PATHS, '/healthz', '/readyz', '/%zz']) {
    const { headers } = await open.send(path)
    const policy = headers['content-security-policy']
    expect(policy, path).toMatch(/default-src 'self';.*frame-ancestors 'none'/)
    expect(policy, path).not.toMatch(/http|\*|unsafe-eval/)
    if (!path.startsWith('/queues')) expect(policy, path).not.toContain('unsafe')
    expect(headers['x-content-type-options'], path).toBe('nosniff')
    expect(headers['x-frame-options'], path).toBe('DENY')
    expect(headers['referrer-policy'], path).toBe('same-origin')
  }
})

test('no page names anything on another host', async () => {
  for (const path of ['/', '/runs/good1', '/queues/', '/queues/queue/pages']) {
    const { body } = await open.send(path)
    expect(body, path).not.toMatch(/(?:href|src)="(?:https?:)?\/\//)
  }
})

test('Bull Board shows the queues', async () => {
  await open.services.queue.enqueuePages([{ runId: 'good1', generation: 1, pageNo: 0, enqueueNo: 1 }])
  const page = await open.send('/queues/')
  const script = /src="(static\/js\/main[^"]+)"/.exec(page.body)?.[1]
  expect((await open.send(`/queues/${script}`)).headers['content-type']).toMatch(/javascript/)
  const { queues } = JSON.parse((await open.send('/queues/api/queues')).body)
  expect(queues.map((queue: { name: string }) => queue.name)).toEqual(['pages', 'settle', 'occurrences'])
  expect(queues[0].counts.waiting).toBe(1)
  expect(queues[0].readOnlyMode).toBe(true)
})

test('nothing can be changed by way of Bull Board', async () => {
  const own = { origin: `http://127.0.0.1:${open.port}`, 'sec-fetch-site': 'same-origin' }
  const changes = [
    ['PUT', '/queues/api/queues/pages/obliterate'],
    ['PUT', '/queues/api/queues/pages/empty'],
    ['PUT', '/queues/api/queues/pages/pause'],
    ['PUT', '/queues/api/queues/pause'],
    ['POST', '/queues/api/queues/pages/add'],
    ['DELETE', '/queues/api/queues'],
    ['POST', '/'],
  ] as const
  for (const [method, path] of changes) {
    expect((await open.send(path, { method })).status, `${path} from elsewhere`).toBe(403)
    expect((await open.send(path, { method, headers: own })).status, `${path} from a page of ours`).toBe(405)
    expect((await locked.send(path, { method, headers: own })).status, `${path} without credentials`).toBe(
      401,
    )
  }
  expect(await open.services.queue.pages.getWaitingCount()).toBe(1)
  expect(await open.services.queue.pages.isPaused()).toBe(false)
})

test('where a password is set, every path but /healthz and /readyz demands it, with every method', async () => {
  for (const path of [...OWN_PATHS, ...BOARD_PATHS, '/nothing', '/%zz', '/healthz/'])
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS']) {
      const { status, headers } = await locked.send(path, { method })
      expect(status, `${method} ${path}`).toBe(401)
      expect(headers['www-authenticate']).toMatch(/^Basic /)
    }
  for (const path of ['/healthz', '/readyz'])
    for (const method of ['GET', 'HEAD'])
      expect((await locked.send(path, { method })).status, `${method} ${path}`).toBe(200)
})

test('with the right password every path answers', async () => {
  for (const path of ['/', '/runs/good1', '/metrics', '/assets/style.css', '/queues', '/queues/api/queues'])
    expect((await locked.send(path, { headers: KNOWN })).status, path).toBe(200)
  const wrong = { authorization: `Basic ${Buffer.from('ann:secret:2').toString('base64')}` }
  expect((await locked.send('/', { headers: wrong })).status).toBe(401)
})

test('HEAD answers as GET does, without a body', async () => {
  for (const path of [
    '/',
    '/runs/good1',
    '/runs/nothing',
    '/healthz',
    '/readyz',
    '/metrics',
    '/assets/icon.svg',
    '/queues',
  ]) {
    const [head, get] = [await open.send(path, { method: 'HEAD' }), await open.send(path)]
    expect([head.status, head.headers['content-type'], head.body], path).toEqual([
      get.status,
      get.headers['content-type'],
      '',
    ])
  }
})

test('a rebound host name is refused on loopback', async () => {
  for (const path of ['/', '/queues/api/queues', '/healthz'])
    expect((await open.send(path, { headers: { host: `evil.example:${open.port}` } })).status).toBe(403)
  expect((await open.send('/', { headers: { host: `localhost:${open.port}` } })).status).toBe(200)
})

test('metrics tell runs, pages, queues and workers as they are now', async () => {
  const { body, headers } = await open.send('/metrics')
  expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
  for (const line of [
    'gather_build_info{version="9.9.9"} 1',
    'gather_up{service="database"} 1',
    'gather_runs{state="succeeded"} 1',
    'gather_runs{state="cancelled"} 0',
    'gather_open_run_pages{topic="permits",state="open"} 3',
    'gather_open_run_planned_rows{topic="permits"} 25',
    'gather_workers_connected 0',
    'gather_queue_jobs{queue="pages",state="waiting"} 1',
    'gather_queue_jobs{queue="occurrences",state="delayed"} 0',
  ])
    expect(body).toContain(`${line}\n`)
})

test('metrics tell how old the newest data and the oldest open run of a topic are', async () => {
  const { database } = testDatabase
  const changedAt = new Date(Date.now() - 3_600_000).toISOString()
  await writeRun(database, { runId: 'fresh1', topic: 'fresh', sourceVersion: `${changedAt}#1.2` })
  await saveReceipt(database, 'fresh1', JSON.stringify({ counts: { after: 41 } }))
  await endRun(database, { runId: 'fresh1', generation: 1 }, ['planned'], { state: 'succeeded' })
  const { body } = await open.send('/metrics')
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(body)?.[1])
  expect(value('gather_topic_rows{topic="fresh"}')).toBe(41)
  expect(value('gather_topic_success_age_seconds{topic="fresh"}')).toBeLessThan(60)
  expect(value('gather_topic_source_age_seconds{topic="fresh"}')).toBeGreaterThanOrEqual(3_600)
  expect(value('gather_topic_source_age_seconds{topic="fresh"}')).toBeLessThan(3_700)
  expect(value('gather_oldest_open_run_age_seconds')).toBeGreaterThan(0)
  expect(value('gather_oldest_open_run_age_seconds')).toBe(
    value('gather_open_run_age_seconds{topic="permits"}'),
  )
})

test('with Redis away the runs are still shown, and every answer says what is missing', async () => {
  const lame = await serveDashboard({ MYSQL_URL: testDatabase.url, REDIS_URL: 'redis://:untold@127.0.0.1:1' })
  const list = await lame.send('/')
  expect(list.status).toBe(503)
  expect(list.body).toContain('Redis is unreachable')
  expect(list.body).toContain('/runs/good1')
  const readiness = await lame.send('/readyz')
  expect([readiness.status, JSON.parse(readiness.body)]).toEqual([
    503,
    { status: 'unavailable', away: ['redis'] },
  ])
  expect((await lame.send('/healthz')).status).toBe(200)
  expect((await lame.send('/metrics')).body).toContain('gather_up{service="redis"} 0\n')
  expect((await lame.send('/queues/api/queues')).status).toBe(503)
  expect(list.body + readiness.body).not.toContain('untold')
  await lame.close()
})

test('with the database away the page says so, and does not tell the password', async () => {
  const lame = await serveDashboard({
    MYSQL_URL: 'mysql://ann:untold@127.0.0.1:1/rover',
    REDIS_URL: requireService('TEST_REDIS_URL'),
  })
  for (const path of ['/', '/runs/good1']) {
    const { status, body } = await lame.send(path)
    expect(status).toBe(503)
    expect(body).toContain('The database is unreachable')
    expect(body).not.toContain('untold')
  }
  expect(JSON.parse((await lame.send('/readyz')).body)).toEqual({
    status: 'unavailable',
    away: ['database'],
  })
  expect((await lame.send('/healthz')).status).toBe(200)
  await lame.close()
  await lame.close()
})

test('a database that was never migrated is told apart, with what to do', async () => {
  const bare = await createTestDatabase({ migrated: false })
  const lame = await serveDashboard({ MYSQL_URL: bare.url, REDIS_URL: requireService('TEST_REDIS_URL') })
  const { status, body } = await lame.send('/')
  await lame.close()
  await bare.drop()
  expect(status).toBe(503)
  expect(body).toContain('planner migrate')
})

async function writeGoodRun(runId: string) {
  const { database } = testDatabase
  await writeRun(database, { runId })
  await moveRun(database, { runId, generation: 1 }, ['planned'], 'loading')
  for (const pageNo of [0, 1, 2]) await loadPage(runId, pageNo, pageNo === 2 ? 5 : 10)
  const counts = { source: 25, stored: 25, read: 25, inserted: 25, updated: 0, deleted: 0, rejected: 0 }
  await saveReceipt(database, runId, JSON.stringify({ counts, digest: { source: '777', stored: '777' } }))
  await endRun(database, { runId, generation: 1 }, ['loading'], { state: 'succeeded' })
  const run = await findRun(database, runId)
  const end = { phase: 'final', event: 'success', generation: 0, pageNo: -1, chunkRowCount: 25 } as const
  if (run) await writeLogEntry(database, run, { ...end, comments: 'all stored' })
}

async function writeFailedRun(runId: string) {
  const { database } = testDatabase
  await writeRun(database, { runId, topic: XSS.slice(0, 64) })
  await moveRun(database, { runId, generation: 1 }, ['planned'], 'loading')
  await loadPage(runId, 0, 10)
  const page = await claim(runId, 1)
  const fault = new Fault({ code: 'SOURCE_STATUS', kind: 'terminal', message: `500: ${XSS}` })
  await releasePage(database, page, { state: 'failed', countsAttempt: true, requestCount: 1, fault })
  await endRun(database, { runId, generation: 1 }, ['loading'], {
    state: 'failed',
    reasonCode: 'PAGES_FAILED',
    reason: XSS,
  })
}

async function loadPage(runId: string, pageNo: number, rowCount: number) {
  const page = await claim(runId, pageNo)
  const figures = { rowCount, digestSum: '1', bodyBytes: 1, fetchMs: 1, loadMs: 1 }
  await testDatabase.database.transaction((session) => markPageDone(session, page, figures))
}

async function claim(runId: string, pageNo: number) {
  const page = await claimPage(testDatabase.database, {
    runId,
    generation: 1,
    pageNo,
    enqueueNo: 1,
    claimedBy: 'test',
  })
  if (page === undefined) throw new Error(`page ${pageNo} of ${runId} could not be claimed`)
  return page
}
