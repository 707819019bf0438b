import { gunzipSync } from 'node:zlib'
import { generatePetLicenses, PET_LICENSE_ROW_COUNT } from '@gather/sample-portal'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answerRequest, type ServedPages } from '../src/page-portal/answer-request.ts'
import { preparePageBodies } from '../src/page-portal/page-bodies.ts'
import { type PagePortal, startPagePortal } from '../src/page-portal/page-portal.ts'
import { askSamplePortal } from '../src/page-portal/portal-front.ts'
import { createRowTexts, SELECTED_FIELDS } from '../src/page-portal/row-texts.ts'

type Row = Readonly<Record<string, string>>

const ROWS = 60
const PAGE_ROWS = 25
const PATH = '/resource/jguv-t9rb.json'
let served: ServedPages
let portal: PagePortal

beforeAll(async () => {
  const rows = createRowTexts(ROWS, 'ascending')
  const front = await askSamplePortal(ROWS)
  served = { rowCount: ROWS, front, bodies: await preparePageBodies({ rows, pageRows: PAGE_ROWS }) }
  portal = await startPagePortal({ ...served, latencyMs: 0 })
})

afterAll(() => portal.close())

async function askPage(offset: number, limit: number, select = SELECTED_FIELDS.join(',')): Promise<Row[]> {
  const query = new URLSearchParams({
    $select: select,
    $order: ':id',
    $limit: `${limit}`,
    $offset: `${offset}`,
  })
  const { status, body } = await answerRequest(served, `${PATH}?${query}`)
  expect(status).toBe(200)
  return JSON.parse(gunzipSync(body).toString())
}

test('pages hold the rows of the generator, with ids that ascend beyond the bounds of pages', async () => {
  const pages = [await askPage(0, 25), await askPage(25, 25), await askPage(50, 10)]
  const rows = pages.flat()
  expect(pages.map(({ length }) => length)).toEqual([25, 25, 10])
  const ids = rows.map((row) => row[':id'])
  expect(new Set(ids).size).toBe(ROWS)
  expect(ids.toSorted()).toEqual(ids)
  const own = rows.map(({ ':id': _id, ':updated_at': _time, ...fields }) => fields)
  const generated = [...generatePetLicenses({ rowCount: ROWS })].map((record) =>
    Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null)),
  )
  expect(own).toEqual(generated)
})

test('a range that is no page is made when it is asked for', async () => {
  const whole = await askPage(0, 60)
  expect(await askPage(20, 10)).toEqual(whole.slice(20, 30))
  expect(await askPage(50, 25)).toEqual(whole.slice(50))
})

test('nothing stands beyond the last row', async () => {
  expect(await askPage(60, 1, ':id,:updated_at')).toEqual([])
})

test('the licences begin anew where they end', () => {
  const { pageText } = createRowTexts(PET_LICENSE_ROW_COUNT + 1, 'ascending')
  const [first]: Row[] = JSON.parse(pageText(0, 1))
  const [again]: Row[] = JSON.parse(pageText(PET_LICENSE_ROW_COUNT, 1))
  expect(again).toEqual({ ...first, ':id': again?.[':id'], ':updated_at': again?.[':updated_at'] })
  expect(again?.[':id']).not.toBe(first?.[':id'])
})

test('the count is told under the alias that was asked for', async () => {
  const { body } = await answerRequest(
    served,
    `${PATH}?${new URLSearchParams({ $select: 'count(*) as n_x' })}`,
  )
  expect(gunzipSync(body).toString()).toBe('[{"n_x":"60"}]\n')
})

test('it tells the metadata and the version of the sample portal', async () => {
  const view = await fetch(`${portal.url}/api/views/jguv-t9rb.json`)
  expect(await view.json()).toMatchObject({ id: 'jguv-t9rb', viewType: 'tabular' })
  const page = await fetch(`${portal.url}${PATH}?$select=count(*) as n`)
  expect(page.headers.get('x-soda2-data-out-of-date')).toBe('false')
  expect(page.headers.get('x-soda2-secondary-last-modified')).toBe(
    page.headers.get('x-soda2-truth-last-modified'),
  )
  expect(page.headers.get('etag')).toMatch(/^W\//)
})

test('a query that no import of the whole set makes is refused', async () => {
  const { status } = await answerRequest(served, `${PATH}?${new URLSearchParams({ $select: 'species' })}`)
  expect(status).toBe(400)
})
