import { expect, test } from 'vitest'
import { fetchRaw } from './raw-request.ts'
import { fetchRows, fetchText, serveFaults } from './served-portal.ts'

const ID = 'jguv-t9rb'
const PATH = `/resource/${ID}.json`
const COUNT = { $select: 'count(*) as n' }
const PAGE = { $select: 'species,:id', $order: ':id', $limit: '300' }

test('an empty body has the headers of the right answer and no byte', async () => {
  const portal = await serveFaults(['empty-body'])
  const { status, headers, body, complete } = await fetchRaw(portal, PATH, { 'accept-encoding': 'gzip' })
  expect([status, body.length, complete, headers['content-encoding']]).toEqual([200, 0, true, undefined])
  expect(headers['x-soda2-fields']).toContain('species')
})

test('an empty list has the headers of the right answer, for pages and counts', async () => {
  const portal = await serveFaults(['empty-list'])
  for (const query of [PAGE, COUNT]) {
    const { status, text, headers } = await fetchText(portal, PATH, query)
    expect([status, text, headers.get('x-soda2-data-out-of-date')]).toEqual([200, '[]\n', 'false'])
  }
})

test('capped pages are the beginnings of the right ones', async () => {
  const portal = await serveFaults(['cap rows=7'])
  const capped = await fetchRows(portal, ID, PAGE)
  portal.setFault(undefined)
  expect(capped).toEqual((await fetchRows(portal, ID, PAGE)).slice(0, 7))
})

test('shuffled pages double and lose rows although they were asked for in the order of :id', async () => {
  const portal = await serveFaults(['shuffle'])
  const first = await fetchRows(portal, ID, PAGE)
  expect(await fetchRows(portal, ID, PAGE)).not.toEqual(first)
  const pages = [first]
  for (const $offset of ['300', '600']) pages.push(await fetchRows(portal, ID, { ...PAGE, $offset }))
  const ids = new Set(pages.flat().map((row) => row[':id']))
  expect([pages.flat().length, ids.size < 900]).toEqual([900, true])
})

test('with shuffled ties the order holds but for the :id at its end', async () => {
  const query = { $select: 'species,:id', $order: 'species,:id' }
  const portal = await serveFaults(['shuffle lose=ties'])
  const first = await fetchRows(portal, ID, query)
  const second = await fetchRows(portal, ID, query)
  expect(second).not.toEqual(first)
  expect(second.map((row) => row.species)).toEqual(first.map((row) => row.species))
  expect(await fetchRows(portal, ID, PAGE)).toEqual(await fetchRows(portal, ID, PAGE))
  portal.setFault(undefined)
  expect(await fetchRows(portal, ID, query)).toEqual(await fetchRows(portal, ID, query))
})

test('a miscount is off by so many, never below 0, and touches nothing but counts', async () => {
  const portal = await serveFaults(['miscount by=-1', 'miscount by=-5000 after=2'])
  expect((await fetchText(portal, PATH, COUNT)).text).toBe('[{"n":"899"}]\n')
  expect(await fetchRows(portal, ID, PAGE)).toHaveLength(300)
  expect((await fetchText(portal, PATH, COUNT)).text).toBe('[{"n":"0"}]\n')
})

test('a slow answer is late, a dripping one comes slowly, both are right', async () => {
  const portal = await serveFaults(['slow ms=60 once', 'drip bytes-per-second=100 after=1'])
  for (const least of [55, 100]) {
    const startedAtMs = performance.now()
    expect((await fetchText(portal, PATH, COUNT)).text).toBe('[{"n":"900"}]\n')
    expect(performance.now() - startedAtMs).toBeGreaterThan(least)
  }
})

test('a hanging request is never answered', async () => {
  const portal = await serveFaults(['hang'])
  await expect(fetch(`${portal.url}${PATH}`, { signal: AbortSignal.timeout(80) })).rejects.toThrow('timeout')
})

test('one header can be told wrongly', async () => {
  const portal = await serveFaults(['header name=x-soda2-data-out-of-date value=true'])
  const { headers, text } = await fetchText(portal, PATH, COUNT)
  expect([headers.get('x-soda2-data-out-of-date'), text]).toEqual(['true', '[{"n":"900"}]\n'])
})
