import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AppProcess, runPlanner, startApp, stopApps } from '../src/app-process.ts'
import { eventually } from '../src/eventually.ts'
import { findStablePort } from '../src/nemesis/stable-port.ts'
import { type CanaryStack, dumpRedis, startCanaryStack } from './canary-stack.ts'
import { commandErrors, pageErrors, passingTroubles, planErrors } from './command-errors.ts'

const ENQUEUE = ['enqueue', 'pet_license', '--initialize']
const AT_ONCE = 6

let canary: CanaryStack
let worker: AppProcess
let listener: AppProcess
let dashboard: AppProcess
let dashboardUrl: string
/** All that processes, pages and stores have shown, by where it was. */
const shown = new Map<string, string>()
/** Errors that were made to happen, by name. */
const kinds = new Set<string>()
beforeAll(async () => {
  canary = await startCanaryStack()
  worker = startApp('worker', canary.env)
  listener = startApp('listener', canary.env)
  dashboard = startApp('dashboard', canary.env)
  await Promise.all([
    worker.waitFor(/worker\.ready/),
    listener.waitFor(/listener\.ready/),
    dashboard.waitFor(/dashboard\.listening/),
  ])
  dashboardUrl = /"url":"([^"]+)"/.exec(dashboard.output())?.[1] ?? ''
}, 120_000)
afterAll(async () => {
  await stopApps()
  await canary?.close()
})

/** Runs a command to its end, keeps what it printed, and returns it. */
async function command(
  name: string,
  args: readonly string[],
  env = canary.env,
): Promise<{ stdout: string; text: string }> {
  const { stdout, stderr } = await runPlanner(args, env)
  const text = `${stdout}\n${stderr}`
  shown.set(`planner: ${name}`, text)
  return { stdout, text }
}

async function inTurns<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const rest = [...items]
  const one = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
}

const isPage = (request: { readonly query: URLSearchParams }) => request.query.has('$order')

async function runToEnd(name: string): Promise<{ state: string; reason?: string }> {
  const { stdout } = await command(name, [...ENQUEUE, '--wait', '--json'])
  return JSON.parse(stdout)
}

/** Asks the dashboard; an answer of any status will do. */
async function look(path: string, password = canary.secrets.dashboard): Promise<number> {
  const authorization = `Basic ${Buffer.from(`canary:${password}`).toString('base64')}`
  const response = await fetch(`${dashboardUrl}${path}`, { headers: { authorization } })
  const headers = JSON.stringify([...response.headers])
  shown.set(`dashboard ${path} ${shown.size}`, `${headers}\n${await response.text()}`)
  return response.status
}

describe('S12: what goes wrong with secrets all around', () => {
  it('first of all nothing: a run succeeds, and the secrets are what lets it', async () => {
    expect((await runToEnd('a success')).state).toBe('succeeded')
    const tokens = new Set(canary.portal.requests().map((request) => request.headers['x-app-token']))
    expect(tokens).toEqual(new Set([canary.secrets.token]))
    expect([await look('/'), await look('/queues/api/queues'), await look('/', 'a guess')]).toEqual([
      200, 200, 401,
    ])
  })

  it('commands fail in their many ways', async () => {
    const nowhere = `127.0.0.1:${await findStablePort()}`
    await inTurns(commandErrors(canary, nowhere), async ({ name, args, env, says }) => {
      expect((await command(name, args ?? ENQUEUE, env)).text, name).toMatch(says)
      kinds.add(name)
    })
  }, 120_000)

  it('the portal refuses a plan', async () => {
    for (const [name, action] of Object.entries(planErrors(canary.secrets.token))) {
      canary.portal.setFault(() => action)
      expect((await command(`plan: ${name}`, ENQUEUE)).text, name).toMatch(/\[GET\]|has no field|is refused/)
      kinds.add(`plan: ${name}`)
    }
    canary.portal.setFault(undefined)
  }, 60_000)

  it('the portal refuses a page, or sends what can not be stored', async () => {
    const { portal } = canary
    const unfit = {
      kind: 'edit',
      edit: (body: Buffer) => Buffer.from(body.toString().replaceAll('"Cat"', `"${'x'.repeat(60)}"`)),
    } as const
    for (const [name, action] of Object.entries({
      ...pageErrors(canary.secrets.token),
      'a value that does not fit': unfit,
    })) {
      portal.setFault((request) => (isPage(request) ? action : undefined))
      const receipt = await runToEnd(`page: ${name}`)
      // A refused token is dropped: the page is asked for without it, and refused all the same.
      expect(receipt, name).toMatchObject({ state: 'failed', reason: expect.stringMatching(/^page \d/) })
      kinds.add(`page: ${name}`)
    }
    portal.setFault(undefined)
  }, 60_000)

  it('the portal has passing troubles of every kind', async () => {
    const troubles = [...passingTroubles(canary.secrets.token)]
    const happened = troubles.length
    canary.portal.setFault((request) => (isPage(request) ? troubles.shift() : undefined))
    expect((await runToEnd('passing troubles')).state).toBe('succeeded')
    expect(troubles).toEqual([])
    for (let number = 0; number < happened; number++) kinds.add(`passing trouble ${number}`)
  }, 60_000)

  it('the database is killed, and has another password for a while', async () => {
    await canary.databaseServer.kill()
    expect([await look('/'), await look('/runs/nothing'), await look('/metrics')]).toEqual([503, 503, 200])
    await listener.waitFor(/DATABASE_UNREACHABLE|ECONNREFUSED/)
    await canary.databaseServer.start()
    kinds.add('killed database')
    await canary.setDatabasePassword('another one')
    const { database } = canary.stack.testDatabase
    for (const { id } of await database.rows<{ id: number }>(
      "SELECT id FROM information_schema.PROCESSLIST WHERE user LIKE 'canary%'",
    ))
      await database.write(`KILL ${id}`).catch(() => {})
    await listener.waitFor(/Access denied for user/)
    expect(await look('/')).toBe(200)
    await canary.setDatabasePassword(canary.secrets.database)
    kinds.add('changed password of the database').add('killed connections')
  }, 60_000)

  it('Redis is killed, and has forgotten its users when it comes back', async () => {
    await canary.redis.kill()
    expect([await look('/'), await look('/queues/api/queues')]).toEqual([503, 503])
    await worker.waitFor(/ECONNREFUSED/)
    await canary.redis.start()
    await worker.waitFor(/WRONGPASS/)
    await canary.setRedisPassword(canary.secrets.redis)
    await eventually(
      'a run that succeeds again',
      async () => (await runToEnd('afterwards')).state === 'succeeded',
      60_000,
    )
    kinds.add('killed Redis').add('forgotten users')
  }, 120_000)

  it('shows none of them: not in an output, a page, the ledger, the log, Redis or an argument', async () => {
    const { database } = canary.stack.testDatabase
    for (const table of ['import_log', 'import_run', 'import_page', 'schema_migration'])
      shown.set(table, JSON.stringify(await database.rows(`SELECT * FROM ${table}`)))
    const runs = await database.rows<{ runId: string }>('SELECT run_id AS runId FROM import_run')
    for (const path of [
      '/',
      '/metrics',
      '/healthz',
      '/readyz',
      '/nothing',
      '/queues/',
      '/queues/api/queues',
      '/queues/api/queues?activeQueue=pages&status=latest',
      ...runs.map(({ runId }) => `/runs/${runId}`),
    ])
      await look(path)
    shown.set('Redis', await dumpRedis(canary.redis.url))
    for (const [name, app] of Object.entries({ worker, listener, dashboard })) {
      app.kill('SIGTERM')
      await app.exited
      shown.set(name, app.output())
    }
    shown.set('arguments', readFileSync(`/proc/${process.pid}/cmdline`, 'utf8'))
    expect(kinds.size).toBeGreaterThanOrEqual(40)
    expect(shown.size).toBeGreaterThan(60)
    // The random part: no other way of writing the rest hides it.
    for (const [secret, value] of Object.entries(canary.secrets))
      for (const [place, text] of shown)
        expect(text.includes(value.slice(-24)), `the secret "${secret}" in ${place}`).toBe(false)
  }, 60_000)
})
