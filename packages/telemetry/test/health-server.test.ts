import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Server } from 'node:net'
import { type Closable, createLogger, isFault, readConfig } from '@gather/platform'
import { afterEach, expect, test } from 'vitest'
import { ProcessMetrics, startHealthServer } from '../src/index.ts'

const config = readConfig({ MYSQL_URL: 'mysql://ann:word@127.0.0.1/rover', LOG_LEVEL: 'silent' })
const log = createLogger('test', config)

let away: readonly string[] = []
let askedCount = 0
let stop = new AbortController()
const open: Closable[] = []

afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
  away = []
  askedCount = 0
  stop = new AbortController()
})

const listAway = async () => {
  askedCount += 1
  return away
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function serve(options: { readonly listAway?: () => Promise<readonly string[]> } = {}) {
  const port = await freePort()
  const server = await startHealthServer({
    host: '127.0.0.1',
    port,
    listAway,
    startMetrics: () => new ProcessMetrics(),
    stop: stop.signal,
    log,
    ...options,
  })
  open.push(server)
  const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, init)
  const told = async (path: string) => {
    const response = await ask(path)
    return [response.status, await response.json()]
  }
  return { port, server, ask, told }
}

test('a process that can work is alive and ready', async () => {
  const { told } = await serve()
  expect(await told('/healthz')).toEqual([200, { status: 'ok' }])
  expect(await told('/readyz?x=1')).toEqual([200, { status: 'ok' }])
})

test('a service that is away is named, and makes the process not ready, but no less alive', async () => {
  const { told } = await serve()
  away = ['redis']
  expect(await told('/readyz')).toEqual([503, { status: 'unavailable', away: ['redis'] }])
  expect(await told('/healthz')).toEqual([200, { status: 'ok' }])
  expect(askedCount).toBe(1)
})

test('a process that stops is neither, and asks no service any more', async () => {
  const { told } = await serve()
  stop.abort()
  for (const path of ['/healthz', '/readyz']) expect(await told(path)).toEqual([503, { status: 'stopping' }])
  expect(askedCount).toBe(0)
})

test('other paths and methods get nothing, every answer is plain and kept by nobody', async () => {
  const { ask } = await serve()
  const asked: readonly (readonly [string, string, number])[] = [
    ['GET', '/', 404],
    ['GET', '/healthz/', 404],
    ['GET', '/HEALTHZ', 404],
    ['POST', '/healthz', 405],
    ['DELETE', '/nothing', 405],
    ['HEAD', '/readyz', 200],
  ]
  for (const [method, path, status] of asked) {
    const response = await ask(path, { method })
    expect(response.status, `${method} ${path}`).toBe(status)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('allow')).toBe(status === 405 ? 'GET, HEAD' : null)
    if (method === 'HEAD') expect(await response.text()).toBe('')
  }
})

test('what nobody foresaw is a 500 without its text', async () => {
  const { ask } = await serve({ listAway: () => Promise.reject(new Error('secret detail')) })
  const response = await ask('/readyz')
  expect(response.status).toBe(500)
  expect(await response.text()).not.toContain('secret')
})

test('without a port nothing is opened', async () => {
  const { host } = config.health
  expect(config.health.port).toBeUndefined()
  const server = await startHealthServer({
    host,
    port: undefined,
    listAway,
    startMetrics: () => expect.unreachable('nothing is counted'),
    stop: stop.signal,
    log,
  })
  await server.close()
  await server.close()
})

test.each([
  ['HEALTH_PORT', 'is taken by another process', '127.0.0.1'],
  ['HEALTH_HOST', 'is no address of this machine', '192.0.2.1'],
])('an address that can not be had is refused with the %s to set', async (name, problem, host) => {
  const { port } = await serve()
  const refused = startHealthServer({
    host,
    port,
    listAway,
    startMetrics: () => new ProcessMetrics(),
    stop: stop.signal,
    log,
  })
  const fault = await refused.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(isFault(fault) && fault.code).toBe('CONFIG_INVALID')
  expect(String(fault)).toContain(`${host}:${port} ${problem}: set another ${name}`)
})

test('a connection that can not be accepted ends neither the process nor the server', async () => {
  const servers: Server[] = []
  const keep = (message: unknown) => void servers.push((message as { readonly server: Server }).server)
  const channel = 'tracing:net.server.listen:asyncEnd'
  subscribe(channel, keep)
  const { told } = await serve()
  unsubscribe(channel, keep)
  const refused = Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' })
  expect(servers.at(-1)?.emit('error', refused)).toBe(true)
  expect(await told('/healthz')).toEqual([200, { status: 'ok' }])
})

test('closing ends also a connection that says nothing, and may be done twice', async () => {
  const { port, server, ask } = await serve()
  const socket = connect(port, '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  await ask('/healthz')
  const ended = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => {})
  await Promise.all([server.close(), server.close(), ended])
  await expect(ask('/healthz')).rejects.toThrow()
})
