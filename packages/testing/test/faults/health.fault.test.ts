import { type AppProcess, eventually, type NemesisStack, startApp, startNemesisStack } from '@gather/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let stack: NemesisStack
beforeAll(async () => {
  stack = await startNemesisStack({ env: { HEALTH_PORT: '0' } })
})
afterAll(() => stack?.close())

/** Where a process says that it listens. */
const urlOf = (app: AppProcess): string =>
  /"url":"(http:[^"]+)","msg":"health\.listening"/.exec(app.output())?.[1] ?? 'http://nowhere.invalid'

async function ask(app: AppProcess, path: string): Promise<unknown> {
  const response = await fetch(`${urlOf(app)}${path}`)
  return [response.status, await response.json()]
}

const OK = [200, { status: 'ok' }]
const away = (...names: string[]) => [503, { status: 'unavailable', away: names }]

describe.each(['worker', 'listener'] as const)('a %s', (name) => {
  let app: AppProcess
  beforeAll(async () => {
    app = await stack.start(name)
  })

  /** Asks until it is told so, within what a recovery may take. */
  const expectSoon = (path: string, told: unknown) =>
    expect.poll(() => ask(app, path), { timeout: 15_000 }).toEqual(told)

  it('is alive and ready', async () => {
    expect(await ask(app, '/healthz')).toEqual(OK)
    expect(await ask(app, '/readyz')).toEqual(OK)
  })

  it('is alive and not ready while Redis is away, and ready again when it is back', async () => {
    await stack.redis.kill()
    await expectSoon('/readyz', away('redis'))
    expect(await ask(app, '/healthz')).toEqual(OK)
    await stack.redis.start()
    await expectSoon('/readyz', OK)
  })

  it('is alive and not ready while the database is away, and ready again when it is back', async () => {
    await stack.databaseServer.kill()
    await expectSoon('/readyz', away('database'))
    expect(await ask(app, '/healthz')).toEqual(OK)
    await stack.databaseServer.start()
    await expectSoon('/readyz', OK)
  })

  it('says within its limit that services are away which keep their connections and answer nobody', async () => {
    stack.redis.pause()
    stack.databaseServer.pause()
    const startMs = performance.now()
    expect(await ask(app, '/readyz')).toEqual(away('database', 'redis'))
    expect(performance.now() - startMs).toBeLessThan(4_000)
    stack.redis.resume()
    stack.databaseServer.resume()
    await expectSoon('/readyz', OK)
  })

  it('ends its server with itself', async () => {
    app.kill('SIGTERM')
    await app.exited
    await eventually('a closed port', () =>
      ask(app, '/healthz').then(
        () => false,
        () => true,
      ),
    )
  })
})

it('a worker that stops says so until its page is done', async () => {
  stack.portal.setFault(({ query }) => (query.has('$order') ? { kind: 'delay', delayMs: 3_000 } : undefined))
  const app = await stack.start('worker')
  await stack.begin()
  await eventually('a page at work', async () => {
    const pages = await stack.services.database.rows<{ state: string }>('SELECT state FROM import_page')
    return pages.some(({ state }) => state === 'claimed')
  })
  app.kill('SIGTERM')
  await app.waitFor(/worker\.stopping/)
  for (const path of ['/healthz', '/readyz'])
    expect(await ask(app, path)).toEqual([503, { status: 'stopping' }])
  await app.exited
  stack.portal.setFault(undefined)
})

it('a worker without Redis is alive before it can work', async () => {
  await stack.redis.kill()
  const app = startApp('worker', stack.env)
  await app.waitFor(/health\.listening/)
  expect(await ask(app, '/healthz')).toEqual(OK)
  expect(await ask(app, '/readyz')).toEqual(away('redis'))
  await stack.redis.start()
  await app.waitFor(/worker\.ready/)
})

it('a port that is taken ends the process with what to set', async () => {
  const first = await stack.start('listener')
  const second = startApp('worker', { ...stack.env, HEALTH_PORT: new URL(urlOf(first)).port })
  expect(await second.exited).toBe(2)
  expect(second.output()).toContain('is taken by another process: set another HEALTH_PORT')
})
