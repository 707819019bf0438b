import { expect, test } from 'vitest'
import { petLicenseDataset } from '../src/index.ts'
import { fetchText, servePortal } from './served-portal.ts'

const PATH = '/resource/jguv-t9rb.json'

async function serveLicenses(savedView = true) {
  return servePortal({
    datasets: [{ ...petLicenseDataset({ rowCount: 5 }), savedView }],
    appTokens: ['good-token'],
  })
}

test('an unknown column of a plain data set is refused with the very bytes of a live portal', async () => {
  const portal = await serveLicenses(false)
  const { status, text, headers } = await fetchText(portal, PATH, { $select: 'nope', $limit: '1' })
  const name = JSON.parse(text).data.dataset
  expect(status).toBe(400)
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(text).toBe(
    '{"message":"Query coordinator error: query.soql.no-such-column; No such column: nope; position: Map(row -> 1, ' +
      'column -> 8, line -> \\"SELECT `nope` LIMIT 1\\\\n       ^\\")","errorCode":"query.soql.no-such-column",' +
      `"data":{"column":"nope","dataset":"${name}","position":{"row":1,"column":8,` +
      '"line":"SELECT `nope` LIMIT 1\\n       ^"}}}',
  )
  expect(name).toMatch(/^foxtrot\.\d{5}$/)
})

test('the error of a saved view echoes all its columns first', async () => {
  const portal = await serveLicenses()
  const body = JSON.parse((await fetchText(portal, PATH, { $select: 'nope', species: 'Cat' })).text)
  const { line, column } = body.data.position
  expect(line).toMatch(
    /^SELECT `license_issue_date`, .*`zip_code` \|> SELECT `nope` WHERE `species` = "Cat"\n *\^$/,
  )
  expect(line.slice(column - 1, column + 5)).toBe('`nope`')
})

test('a type mismatch points at the operand of the wrong type', async () => {
  const portal = await serveLicenses(false)
  const { status, text } = await fetchText(portal, PATH, { $where: 'species = 5', $limit: '1' })
  const { message, errorCode, data } = JSON.parse(text)
  expect([status, errorCode]).toEqual([400, 'query.soql.type-mismatch'])
  expect(message).toContain('; Type mismatch for op$=, is number; position: Map(row -> 1, column -> ')
  expect(data).toMatchObject({ function: 'op$=', type: 'number' })
  expect(data.position.line.slice(data.position.column - 1)).toMatch(/^5 LIMIT 1\n/)
})

const REFUSED: readonly (readonly [code: string, query: Readonly<Record<string, string>>])[] = [
  ['no-such-column', { $where: "nope = 'x'" }],
  ['no-such-column', { $order: 'nope' }],
  ['no-such-column', { $group: 'nope', $select: 'count(*)' }],
  ['type-mismatch', { $where: "license_issue_date > 'yesterday'" }],
  ['type-mismatch', { $where: "license_issue_date > '2019-02-30'" }],
  ['type-mismatch', { $where: "license_issue_date > '2019-01-01T00:00:00.000Z'" }],
  ['type-mismatch', { $where: ":id > 'row-1'" }],
  ['type-mismatch', { $where: 'species and true' }],
  ['type-mismatch', { $select: 'sum(species)' }],
  ['type-mismatch', { $select: 'datez_trunc_ymd(license_issue_date)' }],
  ['no-such-function', { $select: 'frobnicate(species)' }],
  ['no-such-function', { $select: 'max(*)' }],
  ['non-boolean-where', { $where: 'species' }],
  ['bad-parse', { $where: 'species = = 5' }],
  ['bad-parse', { $where: "species = 'Cat' species" }],
  ['bad-parse', { $order: 'species,' + ' asc' }],
  ['unexpected-eof', { $where: 'species =' }],
  ['unexpected-eof', { $select: '' }],
  ['unterminated-string', { $where: "species = 'Cat" }],
  ['unexpected-character', { $where: 'species = ?' }],
  ['aggregate-in-ungrouped-context', { $where: 'count(*) > 1' }],
  ['column-not-in-group-bys', { $select: 'species, count(*)' }],
  ['column-not-in-group-bys', { $select: 'count(*)', $order: ':id' }],
  ['column-not-in-group-bys', { $group: 'species' }],
  ['duplicate-alias', { $select: 'species as a, zip_code as a' }],
  ['unexpected-star', { $select: ':id,:updated_at,*' }],
  ['unexpected-star', { $select: '*,:*' }],
]

test.each(REFUSED)('the row service answers 400 %s to %j', async (code, query) => {
  const portal = await serveLicenses()
  const { status, text } = await fetchText(portal, PATH, query)
  const body = JSON.parse(text)
  expect([status, body.errorCode]).toEqual([400, `query.soql.${code}`])
  expect(body.message).toContain(`Query coordinator error: query.soql.${code}; `)
  expect(body.data.position).toMatchObject({ row: 1 })
})

test('stars first are accepted, with names behind them', async () => {
  const portal = await serveLicenses()
  for (const $select of ['*,:id,:updated_at', ':*,*', ':*', '*', ':*,species']) {
    expect((await fetchText(portal, PATH, { $select })).status).toBe(200)
  }
})

test('the front answers 400 to parameters that it does not know', async () => {
  const portal = await serveLicenses()
  const unknown = await fetchText(portal, PATH, { zipcity: '1', _: '2', species: 'Cat' })
  expect([unknown.status, unknown.text]).toEqual([
    400,
    '{"error":true,"message":"Unrecognized arguments [zipcity, _]"}',
  ])
  const swallowed = await fetch(`${portal.url}${PATH}?=5`)
  expect(await swallowed.json()).toEqual({ error: true, message: 'Unrecognized arguments []' })
  const mixed = await fetchText(portal, PATH, { $query: 'select *', $offset: '5' })
  expect(JSON.parse(mixed.text).message).toBe(
    'If $query is used, all options - [$offset] should not be specified in $query.',
  )
  expect((await fetchText(portal, PATH, { $limit: '-1' })).status).toBe(400)
})

test('an invalid app token is refused, the same request without it is not', async () => {
  const portal = await serveLicenses()
  for (const path of [PATH, '/api/views/jguv-t9rb']) {
    const bad = await fetchText(portal, path, {}, { 'X-App-Token': 'bad' })
    expect([bad.status, bad.text]).toEqual([
      403,
      '{"code":"permission_denied","error":true,"message":"Invalid app_token specified"}',
    ])
    expect((await fetchText(portal, path, {}, { 'X-App-Token': 'good-token' })).status).toBe(200)
    expect((await fetchText(portal, path)).status).toBe(200)
  }
  expect((await fetchText(portal, PATH, { $$app_token: 'bad' })).status).toBe(403)
})

test('unknown data sets, formats, paths and methods have their own answers', async () => {
  const portal = await serveLicenses()
  const missing = await fetchText(portal, '/resource/aaaa-bbbb.json')
  expect([missing.status, missing.text]).toEqual([
    404,
    '{"code":"dataset.missing","error":true,"message":"Not found","data":{"id":"aaaa-bbbb"}}',
  ])
  const view = await fetchText(portal, '/api/views/aaaa-bbbb')
  expect([view.status, view.text]).toEqual([
    404,
    '{"code":"not_found","error":true,"message":"Cannot find view with id aaaa-bbbb"}',
  ])
  const format = await fetchText(portal, '/resource/jguv-t9rb.xml')
  expect([format.status, format.text]).toEqual([406, ''])
  expect((await fetchText(portal, '/elsewhere')).status).toBe(404)
  expect((await fetch(`${portal.url}${PATH}`, { method: 'POST', body: '{}' })).status).toBe(405)
})

test('without an extension the Accept header chooses the format', async () => {
  const portal = await serveLicenses()
  const typeFor = async (accept: string) => {
    const { status, headers } = await fetchText(portal, '/resource/jguv-t9rb', {}, { accept })
    return status === 200 ? headers.get('content-type') : status
  }
  expect(await typeFor('*/*')).toBe('application/json;charset=utf-8')
  expect(await typeFor('application/json, text/csv')).toBe('application/json;charset=utf-8')
  expect(await typeFor('text/csv;q=0.9')).toBe('text/csv;charset=utf-8')
  expect(await typeFor('application/rdf+xml')).toBe(406)
})
