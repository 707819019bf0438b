import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { type FaultAction, type FaultRequest, petLicenseDataset, type SamplePortal } from '../src/index.ts'
import { fetchRaw } from './raw-request.ts'
import { fetchRows, fetchText, servePortal } from './served-portal.ts'

const PATH = '/resource/jguv-t9rb.json'
const PAGE = `${PATH}?$order=:id`

async function serveFaulty(fault: FaultAction): Promise<SamplePortal> {
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount: 900 })] })
  portal.setFault(() => fault)
  return portal
}

test('requests are recorded, and the fault function sees each of them', async () => {
  const seen: FaultRequest[] = []
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount: 3 })], clock: () => 5 })
  portal.setFault((request) => {
    seen.push(request)
    return undefined
  })
  await fetchText(portal, PATH, { $select: 'species' }, { 'x-mark': 'one' })
  await fetchText(portal, '/elsewhere')
  expect(portal.requests()).toMatchObject([
    { method: 'GET', path: `${PATH}?%24select=species`, headers: { 'x-mark': 'one' }, timeMs: 5 },
    { method: 'GET', path: '/elsewhere', timeMs: 5 },
  ])
  expect(seen.map(({ path, requestIndex, dataset }) => [path, requestIndex, dataset?.id])).toEqual([
    [PATH, 0, 'jguv-t9rb'],
    ['/elsewhere', 1, undefined],
  ])
  expect(seen[0]?.query.get('$select')).toBe('species')
})

test('a status replaces the answer, with and without a body', async () => {
  const portal = await serveFaulty({ kind: 'status', status: 504 })
  const empty = await fetchText(portal, PATH)
  expect([empty.status, empty.text, empty.headers.get('content-type')]).toEqual([504, '', null])
  const headers = { 'Retry-After': '7' }
  portal.setFault(() => ({ kind: 'status', status: 429, body: '<html>', contentType: 'text/html', headers }))
  const throttled = await fetchText(portal, PATH)
  expect([throttled.status, throttled.text, throttled.headers.get('retry-after')]).toEqual([
    429,
    '<html>',
    '7',
  ])
  portal.setFault(undefined)
  expect((await fetchText(portal, PATH)).status).toBe(200)
})

test('a delayed answer is the right one', async () => {
  const portal = await serveFaulty({ kind: 'delay', delayMs: 60 })
  const startedAtMs = performance.now()
  expect(await fetchRows(portal, 'jguv-t9rb', { $limit: '5' })).toHaveLength(5)
  expect(performance.now() - startedAtMs).toBeGreaterThan(50)
})

test('a cut answer breaks the connection after exactly so many bytes', async () => {
  const portal = await serveFaulty({ kind: 'cut', afterBytes: 1000, of: 'wire' })
  const cut = await fetchRaw(portal, PAGE, { 'accept-encoding': 'gzip' })
  expect([cut.status, cut.body.length, cut.complete]).toEqual([200, 1000, false])
  portal.setFault(() => ({ kind: 'cut', afterBytes: 0 }))
  const none = await fetchRaw(portal, PAGE)
  expect([none.status, none.body.length, none.complete]).toEqual([200, 0, false])
})

test('a truncated answer ends cleanly in the middle of its gzip', async () => {
  const portal = await serveFaulty({ kind: 'truncate', afterBytes: 1000 })
  const { body, complete } = await fetchRaw(portal, PAGE, { 'accept-encoding': 'gzip' })
  expect([body.length, complete]).toEqual([1000, true])
  expect(() => gunzipSync(body)).toThrow('unexpected end of file')
  portal.setFault(undefined)
  const whole = await fetchRaw(portal, PAGE, { 'accept-encoding': 'gzip' })
  expect(whole.body.subarray(0, 1000)).toEqual(body)
})

test('a given body is sent with 200, gzipped or not', async () => {
  const portal = await serveFaulty({ kind: 'body', body: '<html>maintenance', contentType: 'text/html' })
  const page = await fetchText(portal, PATH)
  expect([page.status, page.text, page.headers.get('content-type')]).toEqual([
    200,
    '<html>maintenance',
    'text/html',
  ])
  portal.setFault(() => ({ kind: 'body', body: '[]', gzip: true }))
  const zipped = await fetchRaw(portal, PATH)
  expect(zipped.headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(zipped.body).toString()).toBe('[]')
  expect(zipped.body).toEqual(gzipSync('[]', { level: 1 }))
})

test('headers are replaced whatever their case, the rows stay', async () => {
  const portal = await serveFaulty({ kind: 'headers', headers: { 'x-soda2-data-out-of-date': 'true' } })
  const { headers, text } = await fetchText(portal, PATH, { $limit: '2', $order: ':id' })
  expect(headers.get('x-soda2-data-out-of-date')).toBe('true')
  expect(JSON.parse(text)).toHaveLength(2)
})

test('a cap gives fewer rows than asked for, and is not remembered', async () => {
  const portal = await serveFaulty({ kind: 'cap', limit: 3 })
  const query = { $limit: '10', $order: ':id' }
  expect(await fetchRows(portal, 'jguv-t9rb', query)).toHaveLength(3)
  portal.setFault(undefined)
  expect(await fetchRows(portal, 'jguv-t9rb', query)).toHaveLength(10)
})

test('a mutation happens before the answer', async () => {
  const portal = await serveFaulty({ kind: 'mutate', apply: (dataset) => dataset.deleteRows(() => true) })
  expect(await fetchRows(portal, 'jguv-t9rb', { $select: 'count(*) as n' })).toEqual([{ n: '0' }])
})

test('a dripping answer takes its time and is whole in the end', async () => {
  const portal = await serveFaulty({ kind: 'drip', bytesPerSecond: 2000 })
  const startedAtMs = performance.now()
  const text = (
    await fetchText(portal, PATH, { $select: 'species', $limit: '20' }, { 'accept-encoding': 'identity' })
  ).text
  expect(JSON.parse(text)).toHaveLength(20)
  expect(performance.now() - startedAtMs).toBeGreaterThan(100)
})

test('a hanging request never answers, and closing the portal frees it', async () => {
  const portal = await serveFaulty({ kind: 'hang' })
  await expect(fetch(`${portal.url}${PATH}`, { signal: AbortSignal.timeout(50) })).rejects.toThrow('timeout')
  const hanging = fetch(`${portal.url}${PATH}`)
  const broken = expect(hanging).rejects.toThrow('fetch failed')
  await expect.poll(() => portal.requests().length).toBe(2)
  await portal.close()
  await broken
})

test('closing interrupts delays and drips, and may be done twice', async () => {
  const portal = await serveFaulty({ kind: 'delay', delayMs: 60_000 })
  const broken = expect(fetch(`${portal.url}${PATH}`)).rejects.toThrow('fetch failed')
  await expect.poll(() => portal.requests().length).toBe(1)
  await portal.close()
  await portal.close()
  await broken
})
