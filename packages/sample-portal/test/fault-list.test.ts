import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { combineFaults, petLicenseDataset } from '../src/index.ts'
import { fetchRaw } from './raw-request.ts'
import { fetchText, serveFaults, servePortal } from './served-portal.ts'

const PATH = '/resource/jguv-t9rb.json'
const COUNT = `${PATH}?$select=count(*) as n`.replaceAll(' ', '+')

async function serveLicenses() {
  return servePortal({ datasets: [petLicenseDataset({ rowCount: 900 })] })
}

test('a list of actions strikes one request together', async () => {
  const portal = await serveLicenses()
  portal.setFault(() => [
    { kind: 'delay', delayMs: 150 },
    { kind: 'delay', delayMs: 150 },
    { kind: 'mutate', apply: (dataset) => dataset.deleteRows(() => true) },
    { kind: 'mutate', apply: (dataset) => dataset.insertRows([{}, {}]) },
    { kind: 'headers', headers: { etag: '"x"', 'x-one': '1' } },
    { kind: 'headers', headers: { 'X-One': '2' } },
    { kind: 'framing', framing: 'length' },
  ])
  const startedAtMs = performance.now()
  const { body, headers } = await fetchRaw(portal, COUNT)
  expect(performance.now() - startedAtMs).toBeGreaterThan(290)
  expect(body.toString()).toBe('[{"n":"2"}]\n')
  expect(headers).toMatchObject({ etag: '"x"', 'x-one': '2', 'content-length': '12' })
  expect(headers).not.toHaveProperty('transfer-encoding')
})

test('an empty list is no fault, and of two bodies the first one holds', async () => {
  const portal = await serveLicenses()
  portal.setFault(() => [])
  expect((await fetchText(portal, COUNT)).text).toBe('[{"n":"900"}]\n')
  portal.setFault(() => [
    { kind: 'body', body: 'first' },
    { kind: 'status', status: 503 },
  ])
  const { status, text } = await fetchText(portal, COUNT)
  expect([status, text]).toEqual([200, 'first'])
})

test('faults are combined in their order', async () => {
  const portal = await serveLicenses()
  portal.setFault(
    combineFaults([
      () => undefined,
      () => ({ kind: 'truncate', afterBytes: 3 }),
      () => [
        { kind: 'cut', afterBytes: 1 },
        { kind: 'framing', framing: 'length' },
      ],
    ]),
  )
  const { body, complete, headers } = await fetchRaw(portal, COUNT)
  expect([body.toString(), complete, headers['content-length']]).toEqual(['[{"', true, '3'])
})

test('an edited body is compressed as asked for, and never kept', async () => {
  const portal = await serveLicenses()
  const page = `${PATH}?$order=:id&$limit=2`
  portal.setFault(() => ({ kind: 'edit', edit: (body) => Buffer.from(`${body.length} bytes`) }))
  const edited = await fetchRaw(portal, page, { 'accept-encoding': 'gzip' })
  expect(gunzipSync(edited.body).toString()).toMatch(/^\d+ bytes$/)
  portal.setFault(undefined)
  expect(gunzipSync((await fetchRaw(portal, page, { 'accept-encoding': 'gzip' })).body).toString()).toMatch(
    /^\[\{/,
  )
})

test('a cut body can drip, and be of a replica', async () => {
  const portal = await serveFaults(['replica', 'drip bytes-per-second=100', 'cut at=-2 framing=larger'])
  const { body, complete, headers } = await fetchRaw(portal, COUNT)
  expect([body.toString(), complete, headers['content-length']]).toEqual(['[{"n":"891"}', false, '14'])
  expect(headers['x-soda2-data-out-of-date']).toBe('true')
})

test('a fault that fails is a 500 that tells why', async () => {
  const portal = await serveFaults(['remove-column name=nope'])
  const { status, text, headers } = await fetchText(portal, PATH)
  expect([status, JSON.parse(text).errorCode]).toEqual([500, 'internal-error'])
  expect(decodeURIComponent(headers.get('x-error-message') ?? '')).toBe(
    'data set jguv-t9rb has no column "nope"',
  )
})
