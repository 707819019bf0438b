import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { SamplePortal } from '../src/index.ts'
import { fetchRaw } from './raw-request.ts'
import { serveFaults } from './served-portal.ts'

const PAGE = '/resource/jguv-t9rb.json?$order=:id'
const GZIP = { 'accept-encoding': 'gzip' }

async function fetchWhole(portal: SamplePortal, headers = {}) {
  portal.setFault(undefined)
  return (await fetchRaw(portal, PAGE, headers)).body
}

const FORMS = [
  ['raw', {}, 'raw'],
  ['raw although gzip was asked for', GZIP, 'raw'],
  ['gzip', GZIP, 'gzip'],
  ['gzip although nothing was asked for', {}, 'gzip'],
  ['as asked for, gzip', GZIP, 'asked'],
  ['as asked for, raw', {}, 'asked'],
] as const

test.each(FORMS)('a body cut in its chunks, %s, breaks off after exactly so many bytes', async (...form) => {
  const [, headers, written] = form
  const portal = await serveFaults([`cut at=1000 form=${written}`])
  const cut = await fetchRaw(portal, PAGE, headers)
  const zipped = written === 'gzip' || (written === 'asked' && headers === GZIP)
  expect([cut.status, cut.complete, cut.headers['content-encoding']]).toEqual([
    200,
    false,
    zipped ? 'gzip' : undefined,
  ])
  expect(cut.headers['transfer-encoding']).toBe('chunked')
  const whole = await fetchWhole(portal, zipped ? GZIP : {})
  expect(cut.body).toEqual(whole.subarray(0, 1000))
})

test.each([
  ['ended', true, 'chunked', undefined],
  ['matching', true, undefined, '1000'],
  ['larger', false, undefined, 'whole'],
  ['close', true, undefined, undefined],
])('a cut with framing=%s', async (framing, complete, transferEncoding, length) => {
  const portal = await serveFaults([`cut at=1000 form=gzip framing=${framing}`])
  const cut = await fetchRaw(portal, PAGE)
  const whole = await fetchWhole(portal, GZIP)
  expect(cut.body).toEqual(whole.subarray(0, 1000))
  expect(() => gunzipSync(cut.body)).toThrow('unexpected end of file')
  expect([cut.complete, cut.headers['transfer-encoding'], cut.headers['content-length']]).toEqual([
    complete,
    transferEncoding,
    length === 'whole' ? String(whole.length) : length,
  ])
  expect(cut.headers.connection).toBe(framing === 'close' ? 'close' : 'keep-alive')
})

test.each([
  ['-8', (length: number) => length - 8],
  ['50%', (length: number) => Math.floor(length / 2)],
  ['0', () => 0],
  ['100%', (length: number) => length],
  ['999999999', (length: number) => length],
  ['-999999999', () => 0],
])('a cut at=%s', async (at, bytesOf) => {
  const portal = await serveFaults([`cut at=${at} framing=ended`])
  const cut = await fetchRaw(portal, PAGE)
  const whole = await fetchWhole(portal)
  expect(cut.body).toEqual(whole.subarray(0, bytesOf(whole.length)))
})

test('a cut by reset is a connection error, not an end', async () => {
  const portal = await serveFaults(['cut at=50% reset=yes'])
  const response = await fetch(`${portal.url}${PAGE}`)
  await expect(response.text()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
})

test('a flipped bit changes one byte of the sent body and not the next answer', async () => {
  const portal = await serveFaults(['flip at=100 bit=7 form=raw once'])
  const flipped = await fetchRaw(portal, PAGE)
  const whole = await fetchWhole(portal)
  const expected = Buffer.from(whole)
  expected.writeUInt8(whole.readUInt8(100) ^ 0x80, 100)
  expect([flipped.complete, flipped.body.equals(expected), flipped.body.equals(whole)]).toEqual([
    true,
    true,
    false,
  ])
  expect(() => new TextDecoder('utf-8', { fatal: true }).decode(flipped.body)).toThrow('not valid')
})

test('a flipped bit of gzip does not survive a strict gunzip', async () => {
  const portal = await serveFaults(['flip at=-6 bit=0 form=gzip'])
  const { body, headers } = await fetchRaw(portal, PAGE)
  expect(headers['content-encoding']).toBe('gzip')
  expect(() => gunzipSync(body)).toThrow('incorrect data check')
})

test('an endless body goes on for as long as it is read', async () => {
  const portal = await serveFaults(['endless'])
  const response = await fetch(`${portal.url}${PAGE}`)
  const whole = 1_000_000
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > 3 * whole) break
  }
  expect(bytes).toBeGreaterThan(3 * whole)
  portal.setFault(undefined)
  expect((await fetchRaw(portal, PAGE)).body.length).toBeLessThan(whole)
})

test('a stalled body gives its first bytes and leaves the connection open', async () => {
  const portal = await serveFaults(['stall at=300'])
  const response = await fetch(`${portal.url}${PAGE}`, { headers: { 'accept-encoding': 'identity' } })
  const reader = response.body?.getReader()
  let bytes = 0
  while (bytes < 300) bytes += (await reader?.read())?.value?.length ?? 0
  expect(bytes).toBe(300)
  const more = reader?.read()
  const paused = new Promise((resolve) => setTimeout(() => resolve('nothing more'), 100))
  expect(await Promise.race([more, paused])).toBe('nothing more')
  const broken = expect(more).rejects.toThrow('terminated')
  await portal.close()
  await broken
})
