import { findRun, listPages } from '@gather/ledger'
import { createLogger, readConfig } from '@gather/platform'
import { openServices } from '@gather/runs'
import { petLicenseDataset, type SamplePortal, startSamplePortal } from '@gather/sample-portal'
import {
  type AppProcess,
  eventually,
  type NemesisStack,
  portalRows,
  startApp,
  startNemesisStack,
  stopApps,
  type TestStack,
} from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findStablePort } from '../../src/nemesis/stable-port.ts'
import { startTcpProxy } from '../../src/nemesis/tcp-proxy.ts'
import { beginHere } from '../../src/sweeps/begin-here.ts'
import { HOSTILE_TEXTS } from '../../src/sweeps/hostile-texts.ts'
import { endTrial, importHere, isPage, type Trouble, troublePages } from './troubled-portal.ts'

const PAGES = 12
const PAGE_ROWS = 20
let stack: NemesisStack
/** May ask the second portal and the proxy, too, as the processes may. */
let wide: TestStack
let otherPortal: SamplePortal
let proxyPort: number
let listener: AppProcess
beforeAll(async () => {
  stack = await startNemesisStack({
    rowCount: PAGES * PAGE_ROWS,
    topic: { page_rows: PAGE_ROWS },
    env: { WORKER_CONCURRENCY: String(PAGES) },
  })
  otherPortal = await startSamplePortal({ datasets: [petLicenseDataset({ rowCount: 100, seed: 2 })] })
  proxyPort = await findStablePort()
  const hosts = [new URL(stack.portal.url).host, new URL(otherPortal.url).host, `127.0.0.1:${proxyPort}`]
  const env = { ...stack.env, INSECURE_SOURCE_HOSTS: hosts.join(',') }
  const config = readConfig({ ...env, MYSQL_URL: stack.testDatabase.url })
  wide = {
    ...stack,
    env,
    services: openServices(config, createLogger('test', { ...config, logLevel: 'silent' })),
  }
  const [first] = await Promise.all([start('listener'), start('worker')])
  listener = first
})
afterEach(() => {
  stack.portal.setFault(undefined)
  stack.writeTopic({})
})
afterAll(async () => {
  await stopApps()
  await wide.services.close()
  await otherPortal.close()
  await stack.close()
})

async function start(app: 'worker' | 'listener'): Promise<AppProcess> {
  const process = startApp(app, wide.env)
  await process.waitFor(/\.ready/)
  return process
}
const dataset = () => stack.portal.dataset(stack.topic.source.dataset)
const json = (body: string): Trouble => ({ kind: 'body', body })

/** Each of these troubles meets a page of its own, once; the run is exact, in its first generation. */
async function surviveOnce(troubles: readonly Trouble[]): Promise<void> {
  expect(troubles.length).toBeLessThanOrEqual(PAGES)
  const asked = troublePages(stack.portal, PAGE_ROWS, troubles)
  const { run, pages } = await importHere(stack)
  expect(run).toMatchObject({ state: 'succeeded', generation: 1 })
  const attempts = pages.map((page) => page.attemptCount)
  expect(attempts).toEqual(pages.map(({ pageNo }) => (pageNo < troubles.length ? 1 : 0)))
  for (const pageNo of troubles.keys()) expect(asked.get(pageNo)).toBeGreaterThanOrEqual(2)
}

describe('an answer that does not come whole', () => {
  it('19: a connection that is reset behind the headers, after the first byte, in the middle or before the last byte', () =>
    surviveOnce([
      'cut at=0 reset=yes',
      'cut at=1 reset=yes',
      'cut at=50% reset=yes',
      'cut at=-1 reset=yes',
      'cut at=-2 form=raw reset=yes',
      'cut at=50% form=raw reset=yes',
      'cut at=50% framing=larger reset=yes',
      'cut at=-1 framing=larger',
      'cut at=50%',
    ]))

  it.each([10, 200])(
    '19: connections that are reset after %i bytes of the answer, in its headers',
    async (afterBytes) => {
      const proxy = await startTcpProxy({ port: proxyPort, upstreamPort: stack.portal.port })
      const topic = stack.writeTopic({
        source: { ...stack.topic.definition.source, url: proxy.through(stack.portal.url) },
      })
      let isReset = false
      stack.portal.setFault((request) => {
        if (isPage(request) && !isReset) {
          isReset = true
          void proxy.setMode({ kind: 'reset', afterBytes, direction: 'toClient', times: 5 })
        }
        return undefined
      })
      const { run, pages } = await importHere({ ...wide, topic })
      expect(run).toMatchObject({ state: 'succeeded', generation: 1 })
      expect(proxy.cutCount).toBe(5)
      expect(pages.filter((page) => page.attemptCount > 0).length).toBeGreaterThan(0)
      await proxy.close()
    },
  )

  it('20: a body that is short and ends with its connection', () =>
    surviveOnce([
      'cut at=0 form=raw framing=close',
      'cut at=1 form=raw framing=close',
      'cut at=10% form=raw framing=close',
      'cut at=50% form=raw framing=close',
      'cut at=-2 form=raw framing=close',
      'cut at=-3 form=raw framing=close',
      'cut at=50% form=gzip framing=close',
      'cut at=-1 form=gzip framing=close',
    ]))

  it('21: a gzip stream that is cut or damaged under a length and an end that fit it', () =>
    surviveOnce([
      'cut at=0 form=gzip framing=matching',
      'cut at=1% form=gzip framing=matching',
      'cut at=50% form=gzip framing=matching',
      'cut at=99% form=gzip framing=ended',
      'cut at=-8 form=gzip framing=matching',
      'cut at=-8 form=gzip framing=ended',
      'cut at=-4 form=gzip framing=matching',
      'cut at=-1 form=gzip framing=matching',
      'flip at=0 form=gzip',
      'flip at=50% bit=3 form=gzip',
      'flip at=-6 bit=5 form=gzip',
      'flip at=-1 bit=7 form=gzip',
    ]))
})

describe('an answer that is not the page', () => {
  it('22: a success with an error, HTML, another document or nothing in it', () =>
    surviveOnce([
      'empty-body',
      'html',
      json(''),
      json('{}'),
      json('{"code":"internal-error","error":true,"message":"please include code 1"}'),
      json('null'),
      json('"rows"'),
      json('[1,2]'),
      json('[[]]'),
      json('[{"species":"Cat"}\n,{"spec'),
      json('\ufeff'),
      'flip at=50% bit=7 form=raw',
    ]))

  it('23: another status than 200, with and without Retry-After', () =>
    surviveOnce([
      'processing',
      'processing give=location retry-after=1',
      'processing give=nothing',
      'error status=500',
      'error status=502',
      'error status=503 retry-after=1',
      'error status=504',
      'error status=408',
      'error status=404',
    ]))

  const errorRow: Trouble = { kind: 'edit', edit: () => Buffer.from('[{"error":true,"message":"no"}]') }
  it.each([
    ['no rows', 'empty-list'],
    ['19 of 20 rows', 'cap rows=19'],
    ['an error in the place of rows', errorRow],
  ])('22, 28: a whole answer with too few rows in mid range: %s', async (_what, trouble) => {
    troublePages(stack.portal, PAGE_ROWS, [undefined, undefined, trouble])
    expect((await importHere(stack)).run).toMatchObject({ state: 'succeeded', generation: 2 })
  })

  it('28: a portal that caps its pages for good is found out', async () => {
    troublePages(stack.portal, PAGE_ROWS, Array(PAGES).fill('cap rows=10'), 100)
    const { run } = await importHere(stack)
    expect(run).toMatchObject({ state: 'failed', generation: 3, reasonCode: 'SOURCE_MOVING' })
    expect(run.reason).toMatch(/held 10 rows, planned were 20/)
  })
})

describe('trouble that does not end', () => {
  it('19-23: costs each page its attempts and fails the run with the reason', async () => {
    const troubles: readonly (readonly [Trouble, string])[] = [
      ['error status=500', 'SOURCE_UNAVAILABLE'],
      ['error status=504', 'SOURCE_UNAVAILABLE'],
      ['error status=408', 'SOURCE_TIMEOUT'],
      ['processing', 'SOURCE_NOT_READY'],
      ['html', 'SOURCE_BODY_INVALID'],
      ['cut at=50% reset=yes', 'SOURCE_BODY_INVALID'],
      ['cut at=50% form=raw framing=close', 'SOURCE_BODY_INVALID'],
      ['cut at=-8 form=gzip framing=matching', 'SOURCE_BODY_INVALID'],
      [{ kind: 'headers', headers: { 'Content-Encoding': 'br' } }, 'SOURCE_BODY_INVALID'],
      ['error status=400', 'SOURCE_QUERY_REFUSED'],
      ['error status=403', 'SOURCE_FORBIDDEN'],
      ['redirect to=http://127.0.0.2:1', 'SOURCE_REDIRECTED'],
    ]
    listener.kill('SIGSTOP')
    troublePages(
      stack.portal,
      PAGE_ROWS,
      troubles.map(([trouble]) => trouble),
      1_000,
    )
    const trial = await beginHere(stack)
    const pages = await eventually('the end of all pages', async () => {
      await spendAttempts(trial.runId)
      const now = await listPages(stack.services.database, trial.runId, 1)
      return now.every((page) => page.state === 'failed') && now
    })
    listener.kill('SIGCONT')
    expect(pages.map((page) => page.errorCode)).toEqual(troubles.map(([, code]) => code))
    const { run } = await endTrial(stack, trial)
    expect(run).toMatchObject({ state: 'failed', reasonCode: 'SOURCE_UNAVAILABLE' })
    expect(run.reason).toMatch(/^page 0 .* failed after \d attempts: .*500/)
  })

  /** Leaves the run's open pages one attempt, as backoff over all eight takes minutes. */
  const spendAttempts = (runId: string) =>
    stack.services.database.write(
      "UPDATE import_page SET attempt_count = 7 WHERE run_id = ? AND state = 'open'",
      [runId],
    )
})

describe('a portal that throttles', () => {
  it('23: with a Retry-After in seconds or as a date, or without: is asked again', async () => {
    troublePages(stack.portal, PAGE_ROWS, [
      'throttle',
      'throttle retry-after=1',
      'throttle retry-after=1 as=date',
      'throttle body=html',
    ])
    expect((await importHere(stack)).run).toMatchObject({ state: 'succeeded', generation: 1 })
  })

  it('23: costs no page an attempt, however often it refuses', async () => {
    troublePages(stack.portal, PAGE_ROWS, Array(PAGES).fill('throttle'))
    const trial = await beginHere(stack)
    await stack.services.database.write(
      "UPDATE import_page SET attempt_count = 7 WHERE run_id = ? AND state <> 'done'",
      [trial.runId],
    )
    const { run, pages } = await endTrial(stack, trial)
    expect(run).toMatchObject({ state: 'succeeded', generation: 1 })
    expect(pages.map((page) => page.attemptCount)).toEqual(Array(PAGES).fill(7))
  })

  it('23: holds back all workers from itself for as long as it says, and none from another portal', async () => {
    const worker = await start('worker')
    const slots = 2 * PAGES
    const topic = stack.writeTopic({ page_rows: 4 })
    let askedCount = 0
    stack.portal.setFault((request) => {
      if (!isPage(request)) return undefined
      askedCount += 1
      return { kind: 'status', status: 429, headers: { 'Retry-After': '600' } }
    })
    const throttled = await beginHere({ ...wide, topic })
    await eventually('the first 429', () => askedCount > 0)
    const { database } = stack.services
    await database.write('CREATE TABLE other_pets LIKE pet_license')
    await database.write('ALTER TABLE other_pets RENAME COLUMN pet_license_id TO other_pets_id')
    const target = { ...topic.definition.target, table: 'other_pets' }
    const source = { ...topic.definition.source, url: otherPortal.url }
    const otherTopic = stack.writeTopic({ topic: 'other_pets', target, source, page_rows: 4 })
    const free = await importHere({ ...wide, portal: otherPortal, topic: otherTopic })
    expect(free.run).toMatchObject({ state: 'succeeded', generation: 1 })
    expect(free.pages).toHaveLength(25)
    expect(askedCount).toBeLessThanOrEqual(slots)
    expect(await findRun(database, throttled.runId)).toMatchObject({ state: 'loading' })
    // Nobody waits ten minutes: the gate is forgotten with all else that Redis knew.
    stack.portal.setFault(undefined)
    await stack.redis.flushAll()
    expect((await endTrial(stack, throttled)).run).toMatchObject({ state: 'succeeded', generation: 1 })
    worker.kill('SIGKILL')
    await worker.exited
  })
})

describe('rows in the wrong order', () => {
  it.each([
    ['every page', Array(PAGES).fill('shuffle')],
    ['one page', [undefined, 'shuffle']],
  ])(
    '26: a portal that forgets $order on %s never leads to a success with wrong rows',
    async (_pages, troubles) => {
      troublePages(stack.portal, PAGE_ROWS, troubles, 100)
      expect((await importHere(stack)).run).toMatchObject({ state: 'failed', reasonCode: 'DUPLICATE_ROWS' })
    },
  )

  it('26: a portal that forgets $offset neither', async () => {
    const first = JSON.stringify(dataset().rows().slice(0, PAGE_ROWS))
    const edit = () => Buffer.from(first)
    troublePages(stack.portal, PAGE_ROWS, Array(PAGES).fill({ kind: 'edit', edit }), 100)
    expect((await importHere(stack)).run).toMatchObject({ state: 'failed', reasonCode: 'DUPLICATE_ROWS' })
  })
})

describe('texts made to do harm', () => {
  it('30: go through a whole import as they are', async () => {
    let index = 0
    const next = () => HOSTILE_TEXTS[index++ % HOSTILE_TEXTS.length] ?? ''
    dataset().updateRows(
      () => true,
      () => ({ animal_s_name: next(), primary_breed: next(), secondary_breed: next() }),
    )
    const { run } = await importHere(stack)
    expect(run).toMatchObject({ state: 'succeeded', generation: 1 })
    const names = portalRows(dataset(), stack.topic).join('')
    for (const text of HOSTILE_TEXTS) expect(names).toContain(JSON.stringify(text).slice(1, -1))
  })

  it.each([
    [
      'half a surrogate pair',
      (text: string) => text.replace('"species":"', '"species":"\\ud800'),
      'VALUE_UNFIT',
    ],
    ['a row without an id', (text: string) => text.replace('":id":', '":ID":'), 'SOURCE_ROW_ID'],
    ['an id that is no text', (text: string) => text.replace(/":id":"[^"]*"/, '":id":7'), 'SOURCE_ROW_ID'],
    [
      'an id of a hundred characters',
      (text: string) => text.replace('":id":"', `":id":"${'x'.repeat(100)}`),
      'SOURCE_ROW_ID',
    ],
    ['the id of another row', useIdTwice, 'DUPLICATE_ROWS'],
  ])('30: %s fails the run', async (_what, damage, code) => {
    const edit = (body: Buffer) => Buffer.from(damage(body.toString()))
    troublePages(stack.portal, PAGE_ROWS, [undefined, { kind: 'edit', edit }], 100)
    expect((await importHere(stack)).run).toMatchObject({ state: 'failed', reasonCode: code })
  })
})

function useIdTwice(text: string): string {
  const [first = '', second = ''] = text.match(/":id":"[^"]*"/g) ?? []
  return text.replace(second, first)
}
