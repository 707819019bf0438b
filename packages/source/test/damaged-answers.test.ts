import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readBodyRows } from '../src/body-rows.ts'
import { unpackBody } from '../src/decode-body.ts'
import { createHttpGet } from '../src/http-get.ts'
import {
  fetchOne,
  gzipJson,
  makeRows,
  neverStop,
  openSource,
  sendJson,
  startPortal,
} from './scripted-portal.ts'

const ROWS = makeRows(200)
const INVALID = { code: 'SOURCE_BODY_INVALID', kind: 'transient' }
const GZIP = { 'Content-Encoding': 'gzip' }

/** The outcome of fetching a page from a portal that answers 200 by `send`. */
async function fetchFrom(send: (response: ServerResponse) => void, bodyBytesMax?: number) {
  const portal = await startPortal((_request, response) => send(response))
  return fetchOne(openSource(portal, { bodyBytesMax }))
}

const sendBytes = (bytes: Buffer | string, headers = {}) =>
  fetchFrom((response) => {
    response.writeHead(200, headers)
    response.end(bytes)
  })

describe('a gzip stream that was cut', () => {
  const whole = gzipJson(ROWS)
  const cuts = [...Array.from({ length: 20 }, (_, index) => Math.floor((whole.length * index) / 20))]
  for (let tail = 1; tail <= 8; tail += 1) cuts.push(whole.length - tail)

  it('is never a page, with a matching length, chunked or closed by the server, wherever it was cut', async () => {
    const portal = await startPortal((request, response) => {
      const [, framing, cut] = request.url?.split('/').slice(-3) ?? []
      const bytes = whole.subarray(0, Number(cut))
      if (framing === 'length') response.writeHead(200, { ...GZIP, 'Content-Length': bytes.length })
      else if (framing === 'chunked') response.writeHead(200, GZIP)
      else {
        response.useChunkedEncodingByDefault = false
        response.writeHead(200, { ...GZIP, Connection: 'close' })
      }
      response.end(bytes)
    })
    const http = createHttpGet({ publicOnly: false, timeoutMs: 5_000, bodyBytesMax: 1_000_000 })
    const fetchCut = async (framing: string, cut: number) => {
      const url = new URL(`/x/${framing}/${cut}`, portal.url)
      const body = await unpackBody(url, await http.get(url, {}, neverStop), 1_000_000)
      return [...readBodyRows(url, body, { fields: Object.keys(ROWS[0] ?? {}), limit: ROWS.length })]
    }
    for (const framing of ['length', 'chunked', 'closed']) {
      await expect(fetchCut(framing, whole.length)).resolves.toEqual(ROWS)
      for (const cut of cuts) {
        await expect(fetchCut(framing, cut), `${framing} at ${cut}`).rejects.toMatchObject(INVALID)
      }
    }
    http.close()
  })

  it('is no page either when a bit of it flipped', async () => {
    const damaged = Buffer.from(whole)
    damaged[whole.length >> 1] = (damaged[whole.length >> 1] ?? 0) ^ 0x10
    await expect(sendBytes(damaged, GZIP)).rejects.toMatchObject(INVALID)
  })

  it.each([
    ['text', Buffer.from('x')],
    ['zeros', Buffer.alloc(16)],
    ['a second stream', gzipJson([])],
  ])('is no page when %s follows its end', async (_case, extra) => {
    await expect(sendBytes(Buffer.concat([whole, extra]), GZIP)).rejects.toMatchObject(INVALID)
  })
})

describe('a body that breaks off', () => {
  it('is no page when the connection dies before the announced length', async () => {
    const body = JSON.stringify(ROWS)
    const outcome = fetchFrom((response) => {
      response.writeHead(200, { 'Content-Length': Buffer.byteLength(body) + 10 })
      response.write(body, () => response.destroy())
    })
    await expect(outcome).rejects.toMatchObject({ ...INVALID, message: expect.stringContaining('broke off') })
  })

  it('is no page when the last chunk is missing, although the JSON is whole', async () => {
    const outcome = fetchFrom((response) => {
      response.writeHead(200)
      response.write(JSON.stringify(ROWS), () => response.destroy())
    })
    await expect(outcome).rejects.toMatchObject(INVALID)
  })

  it('is no page when it is longer than announced', async () => {
    const outcome = fetchFrom(({ socket }) => {
      socket?.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\n[{"name":"x"}]')
      socket?.end()
    })
    await expect(outcome).rejects.toMatchObject(INVALID)
  })

  it('is a page without length and chunks when its JSON is whole, and none when it is not', async () => {
    const close = (body: string) =>
      fetchFrom(({ socket }) => {
        socket?.write(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${body}`)
        socket?.end()
      })
    await expect(close('[{"name":"x"}]\n')).resolves.toMatchObject({ rows: [{ name: 'x' }] })
    await expect(close('[{"name":"x"}\n')).rejects.toMatchObject(INVALID)
  })

  it('is unreachable when the connection dies before the headers', async () => {
    const outcome = fetchFrom((response) => response.destroy())
    await expect(outcome).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE', kind: 'transient' })
  })

  it('is unreachable when what comes is no HTTP', async () => {
    const outcome = fetchFrom(({ socket }) => socket?.end('SSH-2.0-OpenSSH_9.6\r\n'))
    await expect(outcome).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE', kind: 'transient' })
  })
})

describe('a 200 that is no page', () => {
  it.each([
    ['nothing', ''],
    ['HTML', '<!DOCTYPE html><html><body>Down for maintenance</body></html>'],
    ['an object', '{"error":true,"message":"oops"}'],
    ['null', 'null'],
    ['a number', '7'],
    ['an array of arrays', '[["name"]]'],
    ['an array with a null', '[{"name":"x"},null]'],
    ['cut JSON', '[{"name":"x"},{"na'],
    ['two documents', '[][]'],
    ['invalid UTF-8', Buffer.from([0x5b, 0x7b, 0x22, 0x6e, 0x22, 0x3a, 0x22, 0xc3, 0x28, 0x22, 0x7d, 0x5d])],
    ['a UTF-8 surrogate', Buffer.from('5b7b226e223a22eda080227d5d', 'hex')],
    ['UTF-16', Buffer.from('[{"n":"x"}]', 'utf16le')],
    ['more rows than asked for', JSON.stringify(makeRows(1_001))],
  ])('is %s', async (_case, body) => {
    await expect(sendBytes(body)).rejects.toMatchObject(INVALID)
  })

  it.each(['br', 'deflate', 'gzip, gzip', 'zstd', 'unheard-of'])('is encoded as %s', async (encoding) => {
    const twice = gzipSync(gzipJson(ROWS))
    await expect(sendBytes(twice, { 'Content-Encoding': encoding })).rejects.toMatchObject(INVALID)
  })

  it('says that HTML looks like maintenance, without quoting it', async () => {
    const message = expect.stringMatching(/^\[GET\] "http:[^"?]+": .*HTML.*maintenance$/)
    await expect(sendBytes('<html>secret</html>')).rejects.toMatchObject({ message })
  })

  it('is a page when it is an empty array', async () => {
    await expect(sendBytes('[]\n')).resolves.toMatchObject({ rows: [], bodyBytes: 3 })
  })

  it('keeps a key named __proto__ as data', async () => {
    const { rows } = await sendBytes('[{"__proto__":{"x":1}}]')
    expect(Object.keys(rows[0] ?? {})).toEqual(['__proto__'])
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })
})

describe('an answer that is too large', () => {
  const TOO_LARGE = { code: 'SOURCE_BODY_TOO_LARGE', kind: 'terminal' }

  it('is refused by its announced length', async () => {
    const outcome = fetchFrom((response) => {
      response.writeHead(200, { 'Content-Length': 100_000 })
      response.flushHeaders()
    }, 1_000)
    await expect(outcome).rejects.toMatchObject(TOO_LARGE)
  })

  it('is refused while it streams without an end', async () => {
    const outcome = fetchFrom((response) => {
      const pump = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384, 32)));
      }
      response.on('drain', pump)
      pump()
    }, 1_000_000)
    await expect(outcome).rejects.toMatchObject(TOO_LARGE)
  })

  it('is refused when it is small as sent and vast when unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 32))
    expect(bomb.length).toBeLessThan(100_000)
    const outcome = fetchFrom((response) => response.writeHead(200, GZIP).end(bomb), 1_000_000)
    await expect(outcome).rejects.toMatchObject(TOO_LARGE)
  })

  it('is a page at exactly the limit', async () => {
    const json = JSON.stringify(ROWS)
    const bodyBytes = Buffer.byteLength(json)
    await expect(fetchFrom((r) => sendJson(r, ROWS), bodyBytes)).resolves.toMatchObject({ bodyBytes })
    await expect(fetchFrom((r) => sendJson(r, ROWS), bodyBytes - 1)).rejects.toMatchObject(TOO_LARGE)
  })
})
