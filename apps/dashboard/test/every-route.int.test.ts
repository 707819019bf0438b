import { appRoutes } from '@bull-board/api/dist/routes.js'
import { createTestDatabase, requireService, type TestDatabase } from '@gather/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROUTES } from '../src/routes.ts'
import { serveDashboard } from './served-dashboard.ts'

interface Request {
  readonly method: string
  readonly path: string
}

const JOB = { runId: 'good1', generation: 1, pageNo: 0, enqueueNo: 1 }
const VALUES: Readonly<Record<string, string>> = {
  runId: 'good1',
  name: 'style.css',
  queueName: 'pages',
  jobId: 'good1-g1-p0-e1',
  queueStatus: 'failed',
  pageNo: '0',
  schedulerId: 'daily',
  topic: 'pet_license',
}
const fill = (route: string) => route.replaceAll(/:(\w+)/g, (_all, name: string) => VALUES[name] ?? 'x')

/** Every request that Bull Board has an answer for, by its own table of routes. */
const boardRequests: readonly Request[] = [appRoutes.entryPoint, ...appRoutes.api].flatMap((route) =>
  [route.method]
    .flat()
    .flatMap((method) =>
      [route.route].flat().map((path) => ({ method: method.toUpperCase(), path: `/queues${fill(path)}` })),
    ),
)
const changes = boardRequests.filter(({ method }) => method !== 'GET')
const OPEN_PATHS = ['/healthz', '/readyz']
const ownRequests = ROUTES.filter(({ path }) => !OPEN_PATHS.includes(path)).map(
  ({ method = 'GET', path }) => ({
    method,
    path: fill(path),
  }),
)
const ownChanges = ownRequests.filter(({ method }) => method !== 'GET')

const basic = (password: string) => ({
  authorization: `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`,
})
const FOREIGN = { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' }

let testDatabase: TestDatabase
let env: Record<string, string>
let open: Awaited<ReturnType<typeof serveDashboard>>
let locked: Awaited<ReturnType<typeof serveDashboard>>
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  env = { MYSQL_URL: testDatabase.url, REDIS_URL: requireService('TEST_REDIS_URL') }
  const credentials = { DASHBOARD_USER: 'ann', DASHBOARD_PASSWORD: 'right-word' }
  open = await serveDashboard(env)
  // All that can be changed can be changed here, but for who has no password or comes from elsewhere.
  locked = await serveDashboard({
    ...env,
    ...credentials,
    DASHBOARD_HOST: '0.0.0.0',
    DASHBOARD_ACTIONS: 'on',
    DASHBOARD_QUEUE_ACTIONS: 'on',
  })
  await open.services.queue.enqueuePages([JOB])
})
afterAll(async () => {
  await open?.services.queue.pages.obliterate({ force: true })
  await open?.close()
  await locked?.close()
  await testDatabase?.drop()
})

/** Files that the pages name, so that files are among the requests too. */
async function listFiles(): Promise<Request[]> {
  const board = (await open.send('/queues/')).body
  const files = [...board.matchAll(/(?:src|href)="(static\/[^"]+)"/g)].map((match) => `/queues/${match[1]}`)
  const own = [...(await open.send('/')).body.matchAll(/href="(\/assets\/[^"]+)"/g)].map((match) =>
    String(match[1]),
  )
  expect(files.length).toBeGreaterThan(2)
  expect(own.length).toBeGreaterThan(1)
  return [...files, ...own].map((path) => ({ method: 'GET', path }))
}

const readJob = async () => {
  const { pages } = open.services.queue
  const job = await pages.getJob(VALUES.jobId ?? '')
  return { job: job?.asJSON(), counts: await pages.getJobCounts(), paused: await pages.isPaused() }
}

describe('S1: where a password is set', () => {
  test('every route and file of ours and of Bull Board, by every method, refuses who sends none', async () => {
    expect(changes.length).toBeGreaterThan(15)
    for (const { method, path } of [...ownRequests, ...boardRequests, ...(await listFiles())])
      for (const sent of new Set([method, 'HEAD', 'POST', 'OPTIONS'])) {
        const { status, body } = await locked.send(path, { method: sent })
        expect(status, `${sent} ${path}`).toBe(401)
        expect(body.length).toBeLessThan(50)
      }
  })

  test('and who sends wrong ones, who is soon not even heard', async () => {
    const guessed = await serveDashboard({
      ...env,
      DASHBOARD_HOST: '0.0.0.0',
      DASHBOARD_USER: 'ann',
      DASHBOARD_PASSWORD: 'right-word',
    })
    const statuses = new Set<number>()
    for (const [index, { method, path }] of [...ownRequests, ...boardRequests].entries())
      statuses.add((await guessed.send(path, { method, headers: basic(`guess ${index}`) })).status)
    const right = await guessed.send('/queues/api/queues', { headers: basic('right-word') })
    expect([...statuses, right.status]).toEqual([401, 429, 429])
    expect(Number(right.headers['retry-after'])).toBeGreaterThan(0)
    await guessed.close()
  })
})

describe('S2: a page of another site', () => {
  test('changes nothing by any route of Bull Board, whatever password the browser adds', async () => {
    const before = await readJob()
    expect(before.job?.id).toBe(VALUES.jobId)
    expect(ownChanges.length).toBeGreaterThan(2)
    for (const { method, path } of [...changes, ...ownChanges]) {
      const sent = { method, headers: { ...basic('right-word'), ...FOREIGN } }
      expect((await open.send(path, sent)).status, `${method} ${path}`).toBe(403)
      expect((await locked.send(path, sent)).status, `${method} ${path}`).toBe(403)
    }
    expect(await readJob()).toEqual(before)
  })

  test('reads nothing: no answer allows another origin, and OPTIONS allows no method', async () => {
    for (const { path } of [...ownRequests, ...boardRequests])
      for (const method of ['GET', 'OPTIONS']) {
        const asked = { 'access-control-request-method': 'PUT', ...FOREIGN }
        const { headers } = await open.send(path, { method, headers: asked })
        const allowing = Object.keys(headers).filter((name) => name.startsWith('access-control-'))
        expect(allowing, `${method} ${path}`).toEqual([])
        expect(headers['cross-origin-resource-policy'], path).toBe('same-origin')
      }
  })

  test('nor does a page of ours change anything: the queues are shown to look at only', async () => {
    const before = await readJob()
    const ours = { origin: `http://127.0.0.1:${open.port}`, 'sec-fetch-site': 'same-origin' }
    for (const { method, path } of changes)
      expect((await open.send(path, { method, headers: ours })).status, `${method} ${path}`).toBe(405)
    for (const { method, path } of ownChanges)
      expect((await open.send(path, { method, headers: ours })).status, `${method} ${path}`).toBe(403)
    expect(await readJob()).toEqual(before)
  })

  test('unless that is switched on, for who has the password', async () => {
    const headers = { ...basic('right-word'), 'sec-fetch-site': 'same-origin' }
    const { pages } = locked.services.queue
    expect((await locked.send('/queues/api/queues/pages/pause', { method: 'PUT', headers })).status).toBe(200)
    expect(await pages.isPaused()).toBe(true)
    expect((await locked.send('/queues/api/queues/pages/resume', { method: 'PUT', headers })).status).toBe(
      200,
    )
    expect(await pages.isPaused()).toBe(false)
    const { queues } = JSON.parse((await locked.send('/queues/api/queues', { headers })).body)
    expect(queues[0].readOnlyMode).toBe(false)
  })
})
