import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { petLicenseDataset } from '../src/index.ts'
import { fetchRaw } from './raw-request.ts'
import { fetchText, servePortal } from './served-portal.ts'

const PATH = '/resource/jguv-t9rb.json?$select=count(*)+as+n'

function decodeEtag(etag: string) {
  const [, encoded = '', obfuscated] = /^W\/"([A-Za-z0-9_-]+?)--(.+)---gzip"$/.exec(etag) ?? []
  const entity = Buffer.from(encoded, 'base64url').toString()
  const [, name, copy, version, hash] = /^(foxtrot\.\d{5})_(\d+)_(\d+)(.{27})$/.exec(entity) ?? []
  return { name, copy, version: Number(version), hash, obfuscated }
}

test('a 200 carries the headers of the live service and no length', async () => {
  const portal = await servePortal({
    datasets: [petLicenseDataset({ rowCount: 9 })],
    clock: () => 1_700_000_000_000,
  })
  const { headers, body } = await fetchRaw(portal, PATH)
  const modified = new Date(portal.dataset('jguv-t9rb').version().lastModifiedMs).toUTCString()
  expect(body.toString()).toBe('[{"n":"9"}]\n')
  expect(headers).toMatchObject({
    server: 'nginx',
    date: 'Tue, 14 Nov 2023 22:13:20 GMT',
    'content-type': 'application/json;charset=utf-8',
    'transfer-encoding': 'chunked',
    'access-control-allow-origin': '*',
    'x-soda2-fields': '["n"]',
    'x-soda2-types': '["number"]',
    'x-soda2-data-out-of-date': 'false',
    'x-soda2-truth-last-modified': modified,
    'x-soda2-secondary-last-modified': modified,
    'last-modified': modified,
    vary: 'Accept-Encoding',
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
  })
  expect(headers['x-socrata-requestid']).toMatch(/^[0-9a-f]{32}$/)
  expect(headers).not.toHaveProperty('content-length')
  expect(headers).not.toHaveProperty('content-encoding')
})

test('a body is gzipped when asked for, and holds the same bytes', async () => {
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount: 900 })] })
  const path = '/resource/jguv-t9rb.json?$order=:id'
  const plain = await fetchRaw(portal, path)
  const zipped = await fetchRaw(portal, path, { 'accept-encoding': 'gzip, deflate' })
  expect(zipped.headers['content-encoding']).toBe('gzip')
  expect(zipped.headers).not.toHaveProperty('content-length')
  expect(zipped.body.length).toBeLessThan(plain.body.length / 3)
  expect(gunzipSync(zipped.body)).toEqual(plain.body)
})

test('the ETag names data set, copy and data version, and differs by query and by Accept headers', async () => {
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount: 9 })] })
  const dataset = portal.dataset('jguv-t9rb')
  const etagOf = async (path: string, headers = {}) =>
    String((await fetchRaw(portal, path, headers)).headers.etag)
  const first = await etagOf(PATH)
  expect(decodeEtag(first)).toMatchObject({ copy: '2', version: dataset.version().dataVersion })
  expect(await etagOf(PATH)).toBe(first)
  expect(await etagOf(`${PATH}&$limit=5`)).not.toBe(first)
  expect(await etagOf(PATH, { 'accept-encoding': 'gzip' })).not.toBe(first)
  for (let change = 0; change < 40; change += 1) {
    dataset.insertRows([])
    const { version, hash, obfuscated } = decodeEtag(await etagOf(PATH))
    expect(version).toBe(dataset.version().dataVersion)
    expect(hash).toHaveLength(27)
    expect(obfuscated).toMatch(/^gzi[A-Za-z0-9_-]{27}$/)
  }
})

test('a conditional request for what the client has is answered with 304 and no body', async () => {
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount: 9 })] })
  const { headers } = await fetchRaw(portal, PATH)
  const etag = String(headers.etag)
  const same = await fetchRaw(portal, PATH, { 'if-none-match': `"other", ${etag}` })
  expect([same.status, same.body.length, same.headers.etag, same.headers.vary]).toEqual([
    304,
    0,
    etag,
    'Accept-Encoding',
  ])
  const since = { 'if-modified-since': String(headers['last-modified']) }
  expect((await fetchRaw(portal, PATH, since)).status).toBe(304)
  expect((await fetchRaw(portal, PATH, { 'if-match': '"other"' })).status).toBe(412)
  expect((await fetchRaw(portal, PATH, { 'if-match': etag })).status).toBe(200)
  portal.dataset('jguv-t9rb').deleteRows(() => true)
  expect((await fetchRaw(portal, PATH, { 'if-none-match': etag })).body.toString()).toBe('[{"n":"0"}]\n')
  expect((await fetchRaw(portal, PATH, since)).status).toBe(200)
})

test('on a wide table the field headers give way to a warning', async () => {
  const columns = Array.from({ length: 200 }, (_, index) => `a_rather_long_column_name_${index}`)
  const wide = columns.map((fieldName) => ({ name: fieldName, fieldName, dataTypeName: 'text' }))
  const portal = await servePortal({ datasets: [{ id: 'wide-0001', name: 'Wide', columns: wide, rows: [] }] })
  const all = await fetchText(portal, '/resource/wide-0001.json')
  expect([all.text, all.headers.has('x-soda2-fields'), all.headers.has('x-soda2-types')]).toEqual([
    '[]\n',
    false,
    false,
  ])
  expect(all.headers.get('x-soda2-warning')).toContain('deprecated')
  const some = await fetchText(portal, '/resource/wide-0001.json', { $select: 'a_rather_long_column_name_7' })
  expect(some.headers.get('x-soda2-fields')).toBe('["a_rather_long_column_name_7"]')
})
