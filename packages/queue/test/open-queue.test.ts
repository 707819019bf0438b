import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { openQueue, openQueueOrFail, queuePrefix, startPageWorker } from '../src/index.ts'
import { silentLog } from './own-queue.ts'

const PATIENCE_MS = 400
const PASSWORD = 'canary-4711'
const servers: Server[] = []
const sockets = new Set<Socket>()
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
})

/** A server that does what it likes with a connection. */
const listen = async (onConnection: (socket: Socket) => void) => {
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    onConnection(socket)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}
const findDeadPort = async () => {
  const port = await listen(() => {})
  await new Promise((resolve) => servers.pop()?.close(resolve))
  return port
}
const urlOf = (port: number) => `redis://default:${PASSWORD}@127.0.0.1:${port}`

const openAndFail = async (redisUrl: string) => {
  const startMs = performance.now()
  const fault: unknown = await openQueueOrFail(redisUrl, 'test', PATIENCE_MS).catch((error: unknown) => error)
  return { fault, tookMs: performance.now() - startMs }
}

describe('a command that needs Redis', () => {
  it('says within its patience where nothing listens', async () => {
    const port = await findDeadPort()
    const { fault, tookMs } = await openAndFail(urlOf(port))
    expect(fault).toMatchObject({ code: 'REDIS_UNREACHABLE', kind: 'unavailable' })
    expect(fault).toHaveProperty(
      'message',
      `Redis can't be reached at 127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port} (is it running, and is REDIS_URL right?)`,
    )
    expect(tookMs).toBeGreaterThanOrEqual(PATIENCE_MS)
    expect(tookMs).toBeLessThan(PATIENCE_MS + 1_500)
  })

  it.each<[string, (socket: Socket) => void]>([
    ['accepts and never answers', () => {}],
    ['hangs up at once', (socket) => socket.destroy()],
    ['is still loading', (socket) => socket.on('data', () => socket.write('-LOADING dataset in memory\r\n'))],
  ])('gives up within its patience on a server that %s', async (_, onConnection) => {
    const { fault, tookMs } = await openAndFail(urlOf(await listen(onConnection)))
    expect(fault).toMatchObject({ code: 'REDIS_UNREACHABLE', kind: 'unavailable' })
    expect(tookMs).toBeLessThan(PATIENCE_MS + 1_500)
    expect(String(fault)).not.toContain(PASSWORD)
  })

  it('names the usual port where the address has none', async () => {
    const { fault } = await openAndFail('redis://name.invalid')
    expect(fault).toHaveProperty(
      'message',
      expect.stringContaining("Redis can't be reached at name.invalid:6379: "),
    )
  })

  it('leaves no connection behind that tries on', async () => {
    const port = await findDeadPort()
    await openAndFail(urlOf(port))
    const hits: Socket[] = []
    const server = createServer((socket) => hits.push(socket))
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    await openAndFail(urlOf(await findDeadPort()))
    expect(hits).toEqual([])
  })
})

describe('a process that waits for Redis', () => {
  it('can be told to stop while Redis has never been there', async () => {
    const redisUrl = urlOf(await findDeadPort())
    const queue = openQueue(redisUrl, 'test', silentLog)
    const options = { redisUrl, prefix: 'test', concurrency: 1, lockMs: 1_000, graceMs: 0, log: silentLog }
    const worker = startPageWorker(() => Promise.resolve(), options)
    await worker.close()
    await worker.close()
    await queue.close()
    await queue.close()
  })

  it('ends what it waits for with a fault when it is told to stop', async () => {
    const queue = openQueue(urlOf(await findDeadPort()), 'test', silentLog)
    const health = queue.readHealth().catch((error: unknown) => error)
    await queue.close()
    expect(await health).toMatchObject({ code: 'REDIS_UNREACHABLE', kind: 'unavailable' })
  })
})

it('installations are kept apart by the name of their database', () => {
  expect(queuePrefix('rover')).toBe('gather-rover')
  expect(queuePrefix('other')).not.toBe(queuePrefix('rover'))
})
