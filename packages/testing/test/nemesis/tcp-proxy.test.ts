import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ProxyMode } from '../../src/nemesis/proxy-mode.ts'
import { startTcpProxy, type TcpProxy } from '../../src/nemesis/tcp-proxy.ts'
import { connectPeer, type Listener, type Peer, startListener } from './net-peers.ts'

let server: Listener
let proxy: TcpProxy
const clients: Peer[] = []
beforeEach(async () => {
  server = await startListener()
  proxy = await startTcpProxy({ upstreamPort: server.port })
})
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.destroy()
  await proxy.close()
  await server.close()
})

function openClient(): Peer {
  const client = connectPeer(proxy.port)
  clients.push(client)
  return client
}

/** A connection over which something has gone in both directions. */
async function openPair(): Promise<{ client: Peer; upstream: Peer }> {
  const client = openClient()
  const upstream = await server.nextPeer()
  client.socket.write('hello')
  await got(upstream, 'hello')
  upstream.socket.write('welcome')
  await got(client, 'welcome')
  return { client, upstream }
}

const got = (peer: Peer, text: string) =>
  peer.reaches(`"${text}" being all it got`, () => peer.text() === text)
const is = (peer: Peer, state: string) => peer.reaches(`being ${state}`, () => peer.state() === state)
/** Long enough for what should not happen to happen. */
const aWhile = () => sleep(150)

test('it passes bytes, ends and resets in both directions', async () => {
  const { client, upstream } = await openPair()
  expect(proxy.connectionCount).toBe(1)
  client.socket.end('bye')
  await got(upstream, 'hellobye')
  await is(upstream, 'ended')
  upstream.socket.end('late')
  await got(client, 'welcomelate')
  await is(client, 'closed')
  await expect.poll(() => proxy.connectionCount).toBe(0)

  const second = await openPair()
  second.client.socket.resetAndDestroy()
  await is(second.upstream, 'ECONNRESET')
  const third = await openPair()
  third.upstream.socket.resetAndDestroy()
  await is(third.client, 'ECONNRESET')
})

test('a URL is turned to the proxy with everything else kept', () => {
  expect(proxy.through('mysql://user:pa-ss@10.0.0.1:3306/rover?x=1')).toBe(
    `mysql://user:pa-ss@127.0.0.1:${proxy.port}/rover?x=1`,
  )
  expect(proxy.through('redis://default:pw@127.0.0.1:6379')).toBe(
    `redis://default:pw@127.0.0.1:${proxy.port}`,
  )
})

test('a client whose server is away is reset', async () => {
  await server.close()
  await is(openClient(), 'ECONNRESET')
  server = await startListener()
})

test('a delay holds everything back that long, in order, and only while it is on', async () => {
  const { client, upstream } = await openPair()
  await proxy.setMode({ kind: 'delay', delayMs: 200 })
  const sentAt = performance.now()
  client.socket.write('1')
  await sleep(20)
  client.socket.write('2')
  upstream.socket.write('answer')
  await got(upstream, 'hello12')
  expect(performance.now() - sentAt).toBeGreaterThan(210)
  await got(client, 'welcomeanswer')
  await proxy.setMode({ kind: 'delay', delayMs: 3_600_000 })
  client.socket.write('3')
  await aWhile()
  expect(upstream.text()).toBe('hello12')
  const fresh = openClient()
  fresh.socket.end('new')
  await proxy.setMode({ kind: 'pass' })
  client.socket.write('4')
  await got(upstream, 'hello1234')
  const freshUpstream = await server.nextPeer()
  await got(freshUpstream, 'new')
  await is(freshUpstream, 'ended')
})

test('a delay is a long way, not a narrow one', async () => {
  const { client, upstream } = await openPair()
  await proxy.setMode({ kind: 'delay', delayMs: 500 })
  const sentAt = performance.now()
  for (let i = 0; i < 40; i++) {
    client.socket.write(Buffer.alloc(50_000))
    await sleep(5)
  }
  await upstream.reaches('2 MB', () => upstream.byteCount() === 2_000_005)
  // One after the other they would take 40 x 500 ms.
  expect(performance.now() - sentAt).toBeLessThan(15_000)
})

test('through a black hole nothing passes, and new connections are taken but not passed on', async () => {
  const { client, upstream } = await openPair()
  await proxy.setMode({ kind: 'blackhole' })
  client.socket.write('lost')
  upstream.socket.write('lost')
  const fresh = openClient()
  fresh.socket.write('lost')
  const gone = await openHeld()
  gone.socket.resetAndDestroy()
  await aWhile()
  expect([client.state(), upstream.state(), fresh.state()]).toEqual(['open', 'open', 'open'])
  expect([client.text(), upstream.text(), server.peers.length]).toEqual(['welcome', 'hello', 1])
  expect(proxy.connectionCount).toBe(3)
})

async function openHeld(): Promise<Peer> {
  const client = openClient()
  await client.reaches('being connected', () => !client.socket.connecting)
  return client
}

test('after a black hole a peer that sends is reset, and one that waits waits for ever', async () => {
  const { client, upstream } = await openPair()
  const talker = await openPair()
  await proxy.setMode({ kind: 'blackhole' })
  talker.client.socket.write('sent meanwhile')
  await aWhile()
  await proxy.setMode({ kind: 'pass' })
  await is(talker.client, 'ECONNRESET')
  expect([client.state(), upstream.state(), talker.upstream.state()]).toEqual(['open', 'open', 'open'])
  client.socket.write('sent afterwards')
  await is(client, 'ECONNRESET')
  expect(upstream.text()).toBe('hello')
  upstream.socket.write('so far away')
  await is(upstream, 'ECONNRESET')
  await openPair()
})

test('after a silent black hole its connections stay dead without a word', async () => {
  const { client, upstream } = await openPair()
  await proxy.setMode({ kind: 'blackhole', afterwards: 'silent' })
  const held = await openHeld()
  await proxy.setMode({ kind: 'pass' })
  for (const peer of [client, held, upstream]) peer.socket.write('anyone?')
  await aWhile()
  expect([client, held, upstream].map((peer) => peer.state())).toEqual(['open', 'open', 'open'])
  expect([client.text(), upstream.text()]).toEqual(['welcome', 'hello'])
  await openPair()
  proxy.dropConnections()
  for (const peer of [client, held, upstream]) await is(peer, 'ECONNRESET')
})

test('after a black hole that delivers all arrives late, new connections and ends included', async () => {
  const { client, upstream } = await openPair()
  const gone = await openPair()
  await proxy.setMode({ kind: 'blackhole', afterwards: 'deliver' })
  client.socket.end(' and bye')
  gone.client.socket.resetAndDestroy()
  const held = await openHeld()
  held.socket.write('patient')
  await aWhile()
  expect([upstream.text(), upstream.state(), gone.upstream.state()]).toEqual(['hello', 'open', 'open'])
  await proxy.setMode({ kind: 'pass' })
  await got(upstream, 'hello and bye')
  await is(upstream, 'ended')
  await is(gone.upstream, 'ECONNRESET')
  await got(await server.nextPeer(), 'patient')
})

test('a proxy that refuses resets its connections and nobody listens, until it passes again on its port', async () => {
  const { client, upstream } = await openPair()
  for (let time = 1; time <= 3; time++) {
    await proxy.setMode({ kind: 'refuse' })
    await is(openClient(), 'ECONNREFUSED')
    await proxy.setMode({ kind: 'pass' })
  }
  await is(client, 'ECONNRESET')
  await is(upstream, 'ECONNRESET')
  await openPair()
})

test.each([0, 1, 99_999, 100_000, 2_000_000])(
  'a connection is reset on both sides after exactly %i bytes of the chosen direction',
  async (afterBytes) => {
    const { client, upstream } = await openPair()
    await proxy.setMode({ kind: 'reset', direction: 'toServer', afterBytes })
    upstream.socket.write('not counted')
    await got(client, 'welcomenot counted')
    for (let sent = 0; sent <= 2_000_000; sent += 100_000) client.socket.write(Buffer.alloc(100_000))
    await is(client, 'ECONNRESET')
    await is(upstream, 'ECONNRESET')
    expect(upstream.byteCount()).toBe('hello'.length + afterBytes)
    expect(proxy.cutCount).toBe(1)
  },
)

test('bytes are counted for each connection by itself, and after the wanted number of cuts all passes', async () => {
  await proxy.setMode({ kind: 'reset', direction: 'toClient', afterBytes: 10, times: 2 })
  const pairs = [await openPair(), await openPair()]
  for (const { upstream } of pairs) upstream.socket.write('abcdef')
  for (const { client } of pairs) {
    await is(client, 'ECONNRESET')
    expect(client.text()).toBe('welcomeabc')
  }
  expect(proxy.mode).toEqual({ kind: 'pass' })
  const { client, upstream } = await openPair()
  upstream.socket.write('abcdef')
  await got(client, 'welcomeabcdef')
  expect(proxy.cutCount).toBe(2)
})

test.each([
  ['beforeForwarding', 'hello12'],
  ['afterForwarding', 'hello12COMMIT;3'],
] as const)('a connection is reset %s a pattern', async (when, reached) => {
  const { client, upstream } = await openPair()
  await proxy.setMode({ kind: 'match', pattern: 'COMMIT', when, times: 1 })
  upstream.socket.write('COMMIT')
  await got(client, 'welcomeCOMMIT')
  client.socket.write('1')
  await got(upstream, 'hello1')
  client.socket.write('2COMMIT;3')
  await is(client, 'ECONNRESET')
  await is(upstream, 'ECONNRESET')
  expect(upstream.text()).toBe(reached)
  expect([proxy.cutCount, proxy.mode.kind]).toEqual([1, 'pass'])
})

test('a pattern that comes in pieces is found, too', async () => {
  const { client, upstream } = await openPair()
  await proxy.setMode({ kind: 'match', pattern: Buffer.from('COMMIT'), when: 'beforeForwarding' })
  for (const piece of ['xCO', 'M', 'MI']) {
    const { length } = upstream.text()
    client.socket.write(piece)
    await upstream.reaches('the piece', () => upstream.text().length === length + piece.length)
  }
  client.socket.write('T;more')
  await is(client, 'ECONNRESET')
  expect(upstream.text()).toBe('helloxCOMMI')
})

test('a client is reset in place of the answer to a pattern, once the server has answered', async () => {
  const { client, upstream } = await openPair()
  await proxy.setMode({ kind: 'match', pattern: 'COMMIT', when: 'afterAnswer', times: 1 })
  client.socket.write('COMMIT')
  await got(upstream, 'helloCOMMIT')
  client.socket.write('no longer passed on')
  await aWhile()
  expect([client.state(), proxy.cutCount]).toEqual(['open', 1])
  upstream.socket.write('done')
  await is(client, 'ECONNRESET')
  await is(upstream, 'ECONNRESET')
  expect([client.text(), upstream.text()]).toEqual(['welcome', 'helloCOMMIT'])
  expect(proxy.cutCount).toBe(1)
})

test('a client that gets an end can still send, and the server does not learn that it is gone', async () => {
  const { client, upstream } = await openPair()
  await proxy.setMode({ kind: 'halfClose', side: 'client' })
  await is(client, 'ended')
  client.socket.write(' still here')
  await got(upstream, 'hello still here')
  upstream.socket.write('not delivered')
  client.socket.end()
  const late = openClient()
  await is(late, 'ended')
  await proxy.setMode({ kind: 'pass' })
  await aWhile()
  expect([client.text(), upstream.state()]).toEqual(['welcome', 'open'])
  expect(proxy.connectionCount).toBe(2)
  upstream.socket.end()
  await is(upstream, 'closed')
})

test('a server that gets an end can still send, and the client does not learn that it is gone', async () => {
  const { client, upstream } = await openPair()
  await proxy.setMode({ kind: 'halfClose', side: 'server' })
  await is(upstream, 'ended')
  upstream.socket.end('the rest')
  await got(client, 'welcomethe rest')
  client.socket.write('into the void')
  await aWhile()
  expect([client.state(), upstream.text()]).toEqual(['open', 'hello'])
})

test('a rate is kept in both directions, and ends with its mode', async () => {
  const { client, upstream } = await openPair()
  await proxy.setMode({ kind: 'rate', bytesPerSecond: 10_000 })
  const sentAt = performance.now()
  client.socket.write(Buffer.alloc(3_000))
  upstream.socket.write(Buffer.alloc(2_000))
  await upstream.reaches('3000 bytes', () => upstream.byteCount() === 3_005)
  expect(performance.now() - sentAt).toBeGreaterThan(240)
  await client.reaches('2000 bytes', () => client.byteCount() === 2_007)
  client.socket.write(Buffer.alloc(10_000_000))
  await aWhile()
  expect(upstream.byteCount()).toBeLessThan(1_000_000)
  await proxy.setMode({ kind: 'pass' })
  await upstream.reaches('all', () => upstream.byteCount() === 10_003_005)
})

const SLOW: readonly ProxyMode[] = [{ kind: 'pass' }, { kind: 'delay', delayMs: 1 }, { kind: 'blackhole' }]
test.each(SLOW)('a server that does not read slows its client down: %o', async (mode) => {
  const { client, upstream } = await openPair()
  await proxy.setMode(mode)
  upstream.socket.pause()
  let sentBytes = 0
  const chunk = Buffer.alloc(1_000_000)
  while (sentBytes < 60_000_000 && client.socket.writableLength < 5_000_000) {
    client.socket.write(chunk)
    sentBytes += chunk.length
    await sleep(5)
  }
  expect(sentBytes).toBeLessThan(60_000_000)
  if (mode.kind === 'blackhole') return
  upstream.socket.resume()
  await upstream.reaches('all', () => upstream.byteCount() === sentBytes + 5)
})

test('what passes is seen as it arrives, and the one who sees it may switch the mode in time', async () => {
  const seen: string[] = []
  const watched = await startTcpProxy({
    upstreamPort: server.port,
    onBytes: (direction, bytes) => {
      seen.push(`${direction}: ${bytes}`)
      if (direction === 'toClient') void watched.setMode({ kind: 'blackhole', afterwards: 'silent' })
    },
  })
  const client = connectPeer(watched.port)
  clients.push(client)
  client.socket.write('question')
  const upstream = await server.nextPeer()
  await got(upstream, 'question')
  upstream.socket.write('answer')
  await expect.poll(() => seen).toEqual(['toServer: question', 'toClient: answer'])
  await aWhile()
  expect(client.text()).toBe('')
  await watched.close()
  await watched.close()
  await is(client, 'ECONNRESET')
})
