import { describe, expect, it } from 'vitest'
import { FRESH_HEADERS, fetchOne, neverStop, openSource, startPortal } from './scripted-portal.ts'

const deep = (open: string, close: string, levels = 200_000) =>
  `${open.repeat(levels)}1${close.repeat(levels)}`
const ID = '":id":"row-1"'

/** A source on a portal that answers everything with this text. */
async function openOn(body: string, { status = 200, headers = {} as Record<string, string> } = {}) {
  const portal = await startPortal((_request, response) => {
    response.writeHead(status, headers)
    response.end(body)
  })
  return openSource(portal)
}

/** What the three questions to a source end in: a result, or the code of a fault. Anything else rejects. */
async function askAll(body: string, options?: Parameters<typeof openOn>[1]): Promise<unknown[]> {
  const source = await openOn(body, options)
  const outcomes: unknown[] = []
  for (const ask of [
    () => fetchOne(source),
    () => source.count(undefined, neverStop),
    () => source.describe(neverStop),
  ])
    outcomes.push(
      await ask().catch((error: unknown) => {
        if (error instanceof Error && error.name === 'Fault' && 'code' in error) return error.code
        throw error
      }),
    )
  return outcomes
}

describe('S14: names that every object has', () => {
  const names = [
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '__defineGetter__',
  ]

  it.each(names)('%s is a field like any other, in a row and in the metadata', async (name) => {
    const rows = await openOn(`[{${ID},"${name}":{"polluted":"yes"}}]`)
    const page = await fetchOne(rows)
    expect(Object.keys(page.rows[0] ?? {})).toEqual([':id', name])
    const column = `{"fieldName":"${name}","dataTypeName":"text","${name}":{"polluted":"yes"}}`
    const views = await openOn(
      `{"name":"x","viewType":"tabular","rowsUpdatedAt":1,"columns":[${column}],"${name}":{"polluted":"yes"}}`,
    )
    expect((await views.describe(neverStop)).columns).toEqual([{ fieldName: name, dataTypeName: 'text' }])
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    expect(Reflect.get(Object, 'polluted')).toBeUndefined()
  })

  it.each(names)('%s in the body of an error changes nothing', async (name) => {
    const body = `{"${name}":{"polluted":"yes","errorCode":"x"},"message":"no","data":{"${name}":{"column":"x"}}}`
    const outcomes = await askAll(body, { status: 400 })
    expect(new Set(outcomes)).toEqual(new Set(['SOURCE_QUERY_REFUSED']))
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })
})

describe('S14: documents of 200,000 levels', () => {
  it.each([
    ['arrays', deep('[', ']')],
    ['objects', deep('{"a":', '}')],
    ['a row', `[{${ID},"name":${deep('[', ']')}}]`],
    ['metadata', `{"name":"x","columns":${deep('[', ']')}}`],
    [
      'a column',
      `{"name":"x","rowsUpdatedAt":1,"columns":[{"fieldName":"a","dataTypeName":"text","format":${deep('{"a":', '}')}}]}`,
    ],
    ['cut arrays', '['.repeat(200_000)],
  ])('end in an answer or a fault, never in a crash: %s', async (_what, body) => {
    expect(await askAll(body)).toHaveLength(3)
    expect(await askAll(body, { status: 500 })).toEqual(Array(3).fill('SOURCE_UNAVAILABLE'))
  })
})

describe('S14: texts made to keep a pattern busy', () => {
  const long = 12_000
  const texts = [
    '1'.repeat(long),
    '_1~'.repeat(long / 3),
    '-'.repeat(long),
    `${'_1'.repeat(long / 2)}!`,
    ' '.repeat(long - 1).padStart(long, 'x'),
    'Thu, '.repeat(long / 5),
    `No such column: ${'a'.repeat(long)}`,
    '"'.repeat(long),
    '%'.repeat(long),
    'https://'.repeat(long / 8),
  ]
  const tags = texts.map((text) => `W/"${Buffer.from(text).toString('base64url').slice(0, long)}"`)
  const headersOf = (text: string) => [
    { ETag: `"${text.replaceAll('"', '')}"`, ...FRESH_HEADERS },
    { ...FRESH_HEADERS, 'X-SODA2-Truth-Last-Modified': text },
    { ...FRESH_HEADERS, 'X-SODA2-Data-Out-Of-Date': text },
    { 'Content-Encoding': text },
  ]

  it('are done with before the test runs out of time, in every header that is read', {
    timeout: 20_000,
  }, async () => {
    const headers = [...texts.flatMap(headersOf), ...tags.map((tag) => ({ ...FRESH_HEADERS, ETag: tag }))]
    for (const each of headers) expect(await askAll('[]', { headers: each })).toHaveLength(3)
    for (const text of texts)
      for (const status of [302, 429, 503])
        expect(await askAll('', { status, headers: { 'Retry-After': text, Location: text } })).toHaveLength(3)
  })

  it('and in the body of an error', { timeout: 20_000 }, async () => {
    for (const text of texts) {
      const filled = text.repeat(4)
      const body = JSON.stringify({
        message: filled,
        errorCode: filled,
        code: filled,
        data: { column: filled },
      })
      expect(await askAll(body, { status: 400 })).toHaveLength(3)
      expect(
        await askAll(JSON.stringify({ message: filled, errorCode: 'query.soql.no-such-column' }), {
          status: 400,
        }),
      ).toEqual(Array(3).fill('SOURCE_COLUMN_MISSING'))
    }
  })
})
