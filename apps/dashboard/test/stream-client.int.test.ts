import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { eventually } from '@gather/testing'
import { afterEach, expect, test } from 'vitest'
import { StreamClient } from '../src/live/stream-client.ts'

const EVENT = `data: ${'x'.repeat(200_000)}\n\n`

let server: Server
let socket: Socket
afterEach(async () => {
  socket.destroy()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

/** A stream to a browser that has asked for it and reads nothing of it. */
async function openUnread(clock: () => number) {
  const asked = Promise.withResolvers<ServerResponse>()
  server = createServer((_request, response) => asked.resolve(response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => {})
  socket.pause()
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')
  const response = await asked.promise
  return { response, client: new StreamClient(response, clock) }
}

test('a browser that reads nothing holds one event in memory, and is let go in the end', async () => {
  let nowMs = 0
  const { response, client } = await openUnread(() => nowMs)
  await eventually('a full way', async () => !client.send(EVENT))
  for (let count = 0; count < 50; count += 1) expect(client.send(EVENT)).toBe(false)
  expect(response.writableLength).toBeLessThan(2 * EVENT.length)
  expect(client.isGone).toBe(false)
  nowMs += 60_000
  client.send(EVENT)
  await eventually('its end', () => client.isGone)
})

test('one that reads again gets the next event', async () => {
  const { client } = await openUnread(() => 0)
  await eventually('a full way', async () => !client.send(EVENT))
  socket.resume()
  await eventually('room again', () => client.send(EVENT))
})

test('what was sent before the end arrives whole, however large', async () => {
  const { client } = await openUnread(() => 0)
  let received = ''
  client.send(EVENT)
  client.end()
  socket.on('data', (chunk) => {
    received += chunk
  })
  socket.resume()
  await once(socket, 'end')
  expect(received).toContain(EVENT)
})

test('one that has gone already is told of at once', async () => {
  const { response, client } = await openUnread(() => 0)
  response.destroy()
  await once(response, 'close')
  let isTold = false
  client.onGone(() => {
    isTold = true
  })
  expect(isTold).toBe(true)
})

test('a stream can be ended twice, also where nobody reads it', async () => {
  const { client } = await openUnread(() => 0)
  await eventually('a full way', async () => !client.send(EVENT))
  client.end()
  client.end()
  await eventually('its end', () => client.isGone)
  expect(client.send(EVENT)).toBe(true)
})
