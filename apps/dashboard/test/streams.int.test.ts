import { claimPage, endRun, findRun, markPageDone, moveRun, releasePage, writeLogEntry } from '@gather/ledger'
import { Fault } from '@gather/platform'
import {
  createTestDatabase,
  eventually,
  requireService,
  startTcpProxy,
  type TestDatabase,
} from '@gather/testing'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { STREAMS_PER_ADDRESS_MAX } from '../src/live/live-hub.ts'
import { type OpenedStream, openStream } from './open-stream.ts'
import { serveDashboard, writeRun } from './served-dashboard.ts'

type Served = Awaited<ReturnType<typeof serveDashboard>>

let testDatabase: TestDatabase
let env: Record<string, string>
let served: Served
const streams: OpenedStream[] = []

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  env = { MYSQL_URL: testDatabase.url, REDIS_URL: requireService('TEST_REDIS_URL') }
  served = await serveDashboard(env)
})
afterEach(() => {
  for (const stream of streams.splice(0)) stream.close()
})
afterAll(async () => {
  await served?.close()
  await testDatabase?.drop()
})

async function open(path: string, { port }: Served = served, headers = {}): Promise<OpenedStream> {
  const stream = await openStream(port, path, headers)
  streams.push(stream)
  return stream
}

const lastCells = (stream: OpenedStream) =>
  stream.updates.map((update) => update.texts.cells).findLast((cells) => cells !== undefined)

test('a run is seen from planned to its receipt, and then the stream ends', async () => {
  await writeRun(testDatabase.database, { runId: 'seen1' })
  const stream = await open('/runs/seen1/events')
  await eventually('the plan', () => lastCells(stream) === 'w3')
  await moveRun(testDatabase.database, { runId: 'seen1', generation: 1 }, ['planned'], 'loading')
  const claimed = await claim('seen1', 0)
  await eventually('a page at work', () => lastCells(stream) === 'f1w2')
  expect(stream.parts.get('work')).toContain('fetching')
  await markDone(claimed, 10)
  const failing = await claim('seen1', 1)
  const fault = new Fault({ code: 'SOURCE_STATUS', kind: 'transient', message: 'answered <b>500</b>' })
  await releasePage(testDatabase.database, failing, {
    state: 'open',
    countsAttempt: true,
    requestCount: 1,
    fault,
  })
  await eventually('a page that waits again', () => lastCells(stream) === 'd1a1w1')
  await markDone(await claim('seen1', 1), 10)
  await markDone(await claim('seen1', 2), 5)
  await eventually('all pages', () => lastCells(stream) === 'd1r1d1')
  expect(stream.parts.get('progress')).toContain('25 of 25 rows')
  expect(stream.parts.get('charts')).toContain('Rows per second')
  await endWell('seen1')
  await eventually('the end', () => stream.isEnded)
  expect(stream.updates.at(-1)).toMatchObject({ isOver: true, news: 'The run is succeeded' })
  expect(stream.parts.get('log')).toContain('all stored')
  expect(stream.updates.map((update) => update.news)).toContain('The run is loading')
})

test('what does not change is not sent again', async () => {
  await writeRun(testDatabase.database, { runId: 'still1' })
  const stream = await open('/runs/still1/events')
  await eventually('some looks', () => stream.updates.length >= 3)
  expect(stream.updates[0]?.parts.map(([id]) => id)).toContain('log')
  for (const update of stream.updates.slice(1)) {
    expect(update.parts.map(([id]) => id)).not.toContain('log')
    expect(update.texts).toEqual({})
  }
})

test('a reconnecting page gets the whole state at once', async () => {
  const first = await open('/runs/still1/events')
  await eventually('the state', () => first.updates.length > 0)
  const second = await open('/runs/still1/events', served, { 'last-event-id': '5' })
  await eventually('the state', () => second.updates.length > 0)
  expect([...second.parts.keys()]).toEqual([...first.parts.keys()])
})

test('a new run comes into the list by itself, and changes row by row from then on', async () => {
  const stream = await open('/events')
  await eventually('the list', () => stream.parts.has('runs'))
  await writeRun(testDatabase.database, { runId: 'fresh1', topic: 'permits' })
  await eventually('the new run', () => stream.parts.get('runs')?.includes('fresh1') === true)
  const before = stream.updates.length
  await moveRun(testDatabase.database, { runId: 'fresh1', generation: 1 }, ['planned'], 'loading')
  await eventually('its state', () => stream.parts.get('run-fresh1')?.includes('loading') === true)
  expect(stream.updates.slice(before).flatMap(({ parts }) => parts.map(([id]) => id))).not.toContain('runs')
})

test('a list that is confined stays so', async () => {
  const stream = await open('/events?topic=permits&state=open')
  await eventually('the list', () => stream.parts.has('runs'))
  expect(stream.parts.get('runs')).toContain('fresh1')
  expect(stream.parts.get('runs')).not.toContain('still1')
})

test.each(['/runs/nothing/events', '/runs/%3Cb%3E/events'])('%s is not found', async (path) => {
  expect((await open(path)).status).toBe(404)
})

test('without the password there is no stream', async () => {
  const locked = await serveDashboard({ ...env, DASHBOARD_USER: 'ann', DASHBOARD_PASSWORD: 'right-word' })
  const authorization = `Basic ${Buffer.from('ann:right-word').toString('base64')}`
  for (const path of ['/events', '/runs/still1/events']) {
    expect((await open(path, locked)).status).toBe(401)
    const stream = await open(path, locked, { authorization })
    await eventually('its first event', () => stream.updates.length > 0)
  }
  await locked.close()
})

test('a stream carries the security headers, is not kept and not gathered', async () => {
  const { headers, status } = await served.send('/events')
  expect(status).toBe(200)
  expect(headers['content-security-policy']).toContain("default-src 'self'")
  expect(headers['cache-control']).toContain('no-store')
  expect(headers['x-accel-buffering']).toBe('no')
  const head = await served.send('/events', { method: 'HEAD' })
  expect([head.status, head.headers['content-type'], head.body]).toEqual([200, headers['content-type'], ''])
})

test('one address has a bounded number of streams, and who leaves makes room', async () => {
  const own = await serveDashboard(env)
  const opened = await Promise.all(
    Array.from({ length: STREAMS_PER_ADDRESS_MAX }, () => open('/events', own)),
  )
  expect(opened.every(({ status }) => status === 200)).toBe(true)
  expect((await open('/events', own)).status).toBe(503)
  opened[0]?.close()
  await eventually('room for one more', async () => (await open('/events', own)).status === 200)
  await own.close()
})

test('a dashboard that stops ends its streams', async () => {
  const own = await serveDashboard(env)
  const stream = await open('/events', own)
  await eventually('its first event', () => stream.updates.length > 0)
  await own.close()
  await eventually('its end', () => stream.isEnded)
  expect(stream.updates.at(-1)?.isOver).toBe(false)
})

test('with the database away the stream says so, and goes on when it is back', async () => {
  const proxy = await startTcpProxy({ upstreamPort: Number(new URL(testDatabase.url).port) })
  const own = await serveDashboard({ ...env, MYSQL_URL: proxy.through(testDatabase.url) })
  const stream = await open('/runs/still1/events', own)
  await eventually('the state', () => stream.updates.at(-1)?.isCurrent === true)
  await proxy.setMode({ kind: 'refuse' })
  await eventually('the outage', () => stream.updates.at(-1)?.isCurrent === false)
  expect(stream.parts.get('problems')).toContain('The database is unreachable')
  expect(stream.isEnded).toBe(false)
  const late = await open('/runs/still1/events', own)
  await eventually('the outage for a new page', () => late.updates.at(-1)?.isCurrent === false)
  await proxy.setMode({ kind: 'pass' })
  await eventually('the return', () => stream.updates.at(-1)?.isCurrent === true)
  expect(stream.parts.get('problems')).not.toContain('unreachable')
  await own.close()
  await proxy.close()
})

test('with Redis away the run is still live, and says what is missing', async () => {
  const proxy = await startTcpProxy({ upstreamPort: Number(new URL(env.REDIS_URL ?? '').port) })
  const own = await serveDashboard({ ...env, REDIS_URL: proxy.through(env.REDIS_URL ?? '') })
  const stream = await open('/runs/still1/events', own)
  await eventually('the state', () => stream.updates.at(-1)?.isCurrent === true)
  await proxy.setMode({ kind: 'refuse' })
  await eventually(
    'the outage',
    () => stream.parts.get('problems')?.includes('Redis is unreachable') === true,
  )
  await proxy.setMode({ kind: 'pass' })
  await eventually('the return', () => stream.updates.at(-1)?.isCurrent === true)
  await own.close()
  await proxy.close()
})

async function claim(runId: string, pageNo: number) {
  const id = { runId, generation: 1, pageNo, enqueueNo: 1, claimedBy: 'host:1' }
  const page = await claimPage(testDatabase.database, id)
  if (page === undefined) throw new Error(`page ${pageNo} of ${runId} could not be claimed`)
  return page
}

async function markDone(page: Awaited<ReturnType<typeof claim>>, rowCount: number) {
  const figures = { rowCount, digestSum: '1', bodyBytes: 1, fetchMs: 30, loadMs: 20 }
  await testDatabase.database.transaction((session) => markPageDone(session, page, figures))
}

async function endWell(runId: string) {
  const { database } = testDatabase
  await endRun(database, { runId, generation: 1 }, ['loading'], { state: 'succeeded' })
  const run = await findRun(database, runId)
  const end = { phase: 'final', event: 'success', generation: 0, pageNo: -1, chunkRowCount: 25 } as const
  if (run) await writeLogEntry(database, run, { ...end, comments: 'all stored' })
}
