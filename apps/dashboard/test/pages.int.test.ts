import {
  claimPage,
  endRun,
  findRun,
  markPageDone,
  moveRun,
  releasePage,
  writeLogEntries,
} from '@gather/ledger'
import { Fault } from '@gather/platform'
import { createTestDatabase, requireService, type TestDatabase } from '@gather/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readLastLogEntries } from '../src/reads/read-last-log-entries.ts'
import { serveDashboard, writeRun } from './served-dashboard.ts'

let testDatabase: TestDatabase
let served: Awaited<ReturnType<typeof serveDashboard>>
const PAGE_COUNT = 250

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  served = await serveDashboard({ MYSQL_URL: testDatabase.url, REDIS_URL: requireService('TEST_REDIS_URL') })
  await writeRun(testDatabase.database, { runId: 'many1', plannedRows: PAGE_COUNT * 10 })
  await moveRun(testDatabase.database, { runId: 'many1', generation: 1 }, ['planned'], 'loading')
  await markDone(3)
  await fail(200)
})
afterAll(async () => {
  await served?.close()
  await testDatabase?.drop()
})

const get = async (path: string) => (await served.send(path)).body
/** Numbers of the pages in a table. */
const listed = (body: string) =>
  [...body.matchAll(/href="\/runs\/many1\/pages\/(\d+)"/g)].map((match) => Number(match[1]))

test('the pages of a run are listed a hundred at a time, from any page on', async () => {
  const first = await get('/runs/many1/pages')
  expect(listed(first)).toEqual(Array.from({ length: 100 }, (_, pageNo) => pageNo))
  expect(first).toContain('?state=all&amp;from=100')
  expect(listed(await get('/runs/many1/pages?from=240'))).toEqual(
    Array.from({ length: 10 }, (_, index) => 240 + index),
  )
})

test.each([
  ['failed', [200]],
  ['done', [3]],
  ['retried', [200]],
  ['at work', []],
  ['nonsense&from=249', [249]],
])('they can be confined to those that are %s', async (state, pageNos) => {
  expect(listed(await get(`/runs/many1/pages?state=${state.replace(' ', '+')}`))).toEqual(pageNos)
})

test('one page tells what the ledger knows of it, as a page and as a part of one', async () => {
  for (const path of ['/runs/many1/pages/200', '/runs/many1/pages/200?part']) {
    const body = await get(path)
    expect(body).toContain('2,000 to 2,010')
    expect(body).toContain('answered &lt;b&gt;500&lt;/b&gt;')
    expect(body).toContain('<strong>failed</strong>')
    expect(body.includes('<!doctype html>')).toBe(!path.includes('part'))
  }
})

test.each([
  '/runs/many1/pages/250',
  '/runs/many1/pages/x',
  '/runs/many1/pages/250?part',
  '/runs/none1/pages',
])('%s is not found', async (path) => {
  expect((await served.send(path)).status).toBe(404)
})

test('the page of the run draws every page of it, and names the failed one', async () => {
  const body = await get('/runs/many1')
  expect(body).toContain('data-cells="w3d1w196x1w49"')
  expect(body).toMatch(/class="cell-x" data-letter="x" d="M[^"]+z"/)
  expect(body).toContain('<strong>248</strong> waiting')
})

test('runs are listed fifty at a time by creation, each once, however many were created at one time', async () => {
  const { database } = testDatabase
  for (let index = 0; index < 120; index += 1)
    await writeRun(database, { runId: `run${1000 + index}`, topic: 'trees', plannedRows: 0 })
  await database.write("UPDATE import_run SET created_at = '2026-01-01 00:00:00.000' WHERE topic = 'trees'")
  const seen: string[] = []
  let path: string | undefined = '/?topic=trees'
  while (path !== undefined) {
    const body: string = await get(path)
    seen.push(...[...body.matchAll(/class="id" href="\/runs\/(\w+)"/g)].map((match) => String(match[1])))
    path = /href="([^"]+)">Older runs/.exec(body)?.[1]?.replaceAll('&amp;', '&')
  }
  expect(seen).toEqual(Array.from({ length: 120 }, (_, index) => `run${1119 - index}`))
})

test('runs are confined to a state, and the forms offer what there is', async () => {
  await endRun(testDatabase.database, { runId: 'run1000', generation: 1 }, ['planned'], {
    state: 'failed',
    reasonCode: 'X',
    reason: 'why',
  })
  const body = await get('/?state=failed')
  expect(body).toContain('/runs/run1000"')
  expect(body).not.toContain('/runs/many1"')
  expect(body).toContain('<option selected>failed</option>')
  expect(body).toContain('<option>trees</option>')
  expect(await get('/?state=cancelled')).toContain('No such run')
  expect(await get('/?state=open&topic=pet_license')).toContain('/runs/many1"')
})

test('of a long import_log the last rows are read, and all are counted', async () => {
  const run = await findRun(testDatabase.database, 'many1')
  const entry = { phase: 'chunk', event: 'chunk', generation: 1, chunkRowCount: 10, comments: '' } as const
  await writeLogEntries(
    testDatabase.database,
    run!,
    Array.from({ length: PAGE_COUNT }, (_, pageNo) => ({ ...entry, pageNo })),
  )
  const { entries, rowCount } = await readLastLogEntries(testDatabase.database, 'many1', 3)
  expect(entries.map((each) => each.pageNo)).toEqual([247, 248, 249])
  expect(rowCount).toBe(PAGE_COUNT)
})

async function claim(pageNo: number) {
  const id = { runId: 'many1', generation: 1, pageNo, enqueueNo: 1, claimedBy: 'host:1' }
  const page = await claimPage(testDatabase.database, id)
  if (page === undefined) throw new Error(`page ${pageNo} could not be claimed`)
  return page
}

async function markDone(pageNo: number) {
  const page = await claim(pageNo)
  const figures = { rowCount: 10, digestSum: '1', bodyBytes: 1, fetchMs: 30, loadMs: 20 }
  await testDatabase.database.transaction((session) => markPageDone(session, page, figures))
}

async function fail(pageNo: number) {
  const fault = new Fault({ code: 'SOURCE_STATUS', kind: 'terminal', message: 'answered <b>500</b>' })
  const page = await claim(pageNo)
  await releasePage(testDatabase.database, page, {
    state: 'failed',
    countsAttempt: true,
    requestCount: 1,
    fault,
  })
}
