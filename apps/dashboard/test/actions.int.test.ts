import { findRun, listRuns } from '@gather/ledger'
import { eventually, runPlanner, startApp, startTestStack, stopApps, type TestStack } from '@gather/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { send, serveDashboard } from './served-dashboard.ts'

const LOGIN = { DASHBOARD_USER: 'ann', DASHBOARD_PASSWORD: 'right-word' }
const KNOWN = { authorization: `Basic ${Buffer.from('ann:right-word').toString('base64')}` }
const OURS = { 'sec-fetch-site': 'same-origin' }
const FOREIGN = { 'sec-fetch-site': 'cross-site', origin: 'http://evil.example' }
const IMPORT = '/topics/pet_license/import'

let stack: TestStack
let acting: Awaited<ReturnType<typeof startDashboardProcess>>
let reading: Awaited<ReturnType<typeof startDashboardProcess>>
beforeAll(async () => {
  stack = await startTestStack({ rowCount: 1_200 })
  acting = await startDashboardProcess({ ...LOGIN, DASHBOARD_ACTIONS: 'on' })
  reading = await startDashboardProcess(LOGIN)
})
afterAll(async () => {
  await stopApps()
  await stack?.close()
})

async function startDashboardProcess(env: Record<string, string>) {
  const app = startApp('dashboard', { ...stack.env, ...env, DASHBOARD_PORT: '0' })
  await app.waitFor(/dashboard\.listening/)
  const port = Number(/"url":"http:\/\/127\.0\.0\.1:(\d+)"/.exec(app.output())?.[1])
  return {
    output: app.output,
    get: (path: string) => send(port, path, { headers: KNOWN }),
    post: (
      path: string,
      form: Record<string, string> = {},
      headers: Record<string, string> = { ...KNOWN, ...OURS },
    ) =>
      send(port, path, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams(form).toString(),
      }),
  }
}

const INCREMENTAL = { mode: 'incremental' }
const database = () => stack.testDatabase.database
const countRuns = async () => (await listRuns(database(), { limit: 100 })).length
const locationOf = ({
  status,
  headers,
}: {
  status: number
  headers: Readonly<Record<string, string | undefined>>
}) => {
  expect(status).toBe(303)
  return headers.location ?? ''
}
const runIn = (location: string) => {
  expect(location).toMatch(/^\/runs\/[a-z0-9]+$/)
  return location.slice('/runs/'.length)
}
const stateOf = async (runId: string) => (await findRun(database(), runId))?.state
const awaitEnd = (runId: string) =>
  eventually(`the end of run ${runId}`, async () => {
    const run = await findRun(database(), runId)
    return run?.finishedAt != null && run.state
  })

describe('nothing is changed', () => {
  const requests = [IMPORT, '/runs/any1/retry', '/runs/any1/cancel']

  test('where actions are off: 403, and no page has a form', async () => {
    for (const path of requests) expect((await reading.post(path, INCREMENTAL)).status, path).toBe(403)
    for (const path of ['/', '/topics', '/topics/pet_license'])
      expect((await reading.get(path)).body, path).not.toContain('<form')
    expect(await countRuns()).toBe(0)
  })

  test('without the login, from another site, or by GET', async () => {
    for (const path of requests) {
      expect((await acting.post(path, INCREMENTAL, OURS)).status, path).toBe(401)
      expect((await acting.post(path, INCREMENTAL, { ...KNOWN, ...FOREIGN })).status, path).toBe(403)
      expect((await acting.post(path, INCREMENTAL, KNOWN)).status, path).toBe(403)
      expect((await acting.get(`${path}?mode=incremental`)).status, path).toBe(404)
    }
    expect(await countRuns()).toBe(0)
  })

  test('by a form without a mode, and not the whole table without a confirmation', async () => {
    for (const form of [
      {},
      { mode: 'everything' },
      { mode: 'initialize' },
      { mode: 'initialize', confirm: 'no' },
    ])
      expect((await acting.post(IMPORT, form as Record<string, string>)).status).toBe(400)
    expect(await countRuns()).toBe(0)
  })

  test('of a run or topic that is not there', async () => {
    for (const path of ['/runs/none1/retry', '/runs/none1/cancel', '/runs/%3Cscript%3E/cancel'])
      expect((await acting.post(path)).status, path).toBe(404)
    const refused = locationOf(await acting.post('/topics/nothing/import', INCREMENTAL))
    expect((await acting.get(refused)).status).toBe(404)
  })
})

test('a form that comes while the database is away is answered by a page that says so', async () => {
  const MYSQL_URL = 'mysql://nobody:none@127.0.0.1:1/none'
  const away = await serveDashboard({ ...stack.env, ...LOGIN, DASHBOARD_ACTIONS: 'on', MYSQL_URL })
  for (const path of ['/runs/any1/retry', '/runs/any1/cancel']) {
    const { status, body } = await away.send(path, { method: 'POST', headers: { ...KNOWN, ...OURS } })
    expect(status, path).toBe(503)
    expect(body, path).toContain('<h1>Run <span class="id">any1</span></h1>')
  }
  await away.close()
})

describe('what is asked for is done', () => {
  let first: string

  test('two imports at once are one run and a refusal that leads to it, in the words of the command line', async () => {
    const form = { mode: 'initialize', confirm: 'yes' }
    const answers = await Promise.all([acting.post(IMPORT, form), acting.post(IMPORT, form)])
    const locations = answers.map(locationOf).sort()
    first = runIn(locations[0] ?? '')
    expect(locations[1]).toMatch(/^\/topics\/pet_license\?refusal=[\w-]+$/)
    const { body } = await acting.get(locations[1] ?? '')
    const planner = await runPlanner(['enqueue', 'pet_license'], stack.env)
    const sentence = planner.stderr.trim()
    expect(sentence).toContain(`run ${first} of topic pet_license (loading) still fills pet_license`)
    expect(body.replaceAll('&quot;', '"')).toContain('still fills pet_license; wait for it, or stop it with')
    expect(body).toContain(`href="/runs/${first}"`)
    expect(body).toContain('<code>RUN_OPEN</code>')
    expect(await countRuns()).toBe(1)
  })

  test('an open run is cancelled, and only once', async () => {
    expect((await acting.get(`/runs/${first}`)).body).toContain(`action="/runs/${first}/cancel"`)
    expect((await acting.get('/topics/pet_license')).body).toContain(`action="/runs/${first}/cancel"`)
    expect(runIn(locationOf(await acting.post(`/runs/${first}/cancel`)))).toBe(first)
    expect(await stateOf(first)).toBe('cancelled')
    const again = locationOf(await acting.post(`/runs/${first}/cancel`))
    expect((await acting.get(again)).body).toContain(`run ${first} is over: it was cancelled`)
  })

  test('a cancelled run is planned anew, and succeeds', async () => {
    expect((await acting.get(`/runs/${first}`)).body).toContain(`action="/runs/${first}/retry"`)
    const second = runIn(locationOf(await acting.post(`/runs/${first}/retry`)))
    expect(second).not.toBe(first)
    for (const app of ['worker', 'listener'] as const) startApp(app, stack.env)
    expect(await awaitEnd(second)).toBe('succeeded')
    const refused = locationOf(await acting.post(`/runs/${second}/retry`))
    expect((await acting.get(refused)).body).toContain(
      `run ${second} succeeded; only failed and cancelled runs`,
    )
  })

  test('a source that is empty is refused, and imported when that is allowed', async () => {
    stack.portal.dataset(stack.topic.source.dataset).deleteRows(() => true)
    const refused = locationOf(await acting.post(IMPORT, INCREMENTAL))
    const { body } = await acting.get(refused)
    expect(body).toContain('is empty; the 1200 rows of pet_license stay')
    expect(body).toContain('name="allow" value="empty"')
    const run = runIn(locationOf(await acting.post(IMPORT, { ...INCREMENTAL, allow: 'empty' })))
    expect(await awaitEnd(run)).toBe('succeeded')
  })

  test('and the log tells who did what, without any secret', () => {
    const acts = acting
      .output()
      .split('\n')
      .filter((line) => line.includes('"dashboard.action"'))
      .map((line) => JSON.parse(line))
    expect(acts.length).toBeGreaterThan(5)
    for (const { user, topic, action } of acts)
      expect([user, ['pet_license', 'nothing'].includes(topic), typeof action]).toEqual([
        'ann',
        true,
        'string',
      ])
    expect(acting.output()).not.toContain('right-word')
  })
})

test('a refusal that nobody was given says nothing', async () => {
  const { status, body } = await acting.get('/topics/pet_license?refusal=%3Cimg%3E')
  expect(status).toBe(200)
  expect(body).not.toContain('role="alert"')
})
