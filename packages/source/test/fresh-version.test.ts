import { describe, expect, it } from 'vitest'
import { FRESH_HEADERS, makeTag, neverStop, openSource, sendJson, startPortal } from './scripted-portal.ts'

const CHANGED = 'Thu, 16 Jul 2026 17:40:22 GMT'
const EXACT = { ETag: makeTag('alpha.7_1_229A1b2C3d4E5f6G7h8I9j0K-l_M1n') }
const VIEW = { name: 'Pets', rowsUpdatedAt: Date.parse(CHANGED) / 1000, columns: [] }

/** Counts by a portal whose clock says `date` and whose rows changed at {@link CHANGED}. */
async function countAt(date: string, versionHeaders: Record<string, string>) {
  const portal = await startPortal((request, response) => {
    const alias = /n_[a-z0-9]+/.exec(request.url ?? '')?.[0] ?? ''
    if (request.url?.startsWith('/api/views/')) sendJson(response, VIEW)
    else sendJson(response, [{ [alias]: '7' }], { ...versionHeaders, Date: date })
  })
  return openSource(portal).count(undefined, neverStop)
}

describe('a source that changed a moment ago', () => {
  it.each([
    ['a time of the headers', FRESH_HEADERS],
    ['a time of the metadata', {}],
  ])('is asked again where its version is %s: another change could bear the same', async (_form, headers) => {
    const just = countAt('Thu, 16 Jul 2026 17:40:22 GMT', headers)
    await expect(just).rejects.toMatchObject({
      code: 'SOURCE_JUST_CHANGED',
      kind: 'transient',
      retryAfterMs: 2_000,
    })
    const soon = countAt('Thu, 16 Jul 2026 17:40:23 GMT', headers)
    await expect(soon).rejects.toMatchObject({ code: 'SOURCE_JUST_CHANGED', retryAfterMs: 1_000 })
    await expect(countAt('Thu, 16 Jul 2026 17:40:24 GMT', headers)).resolves.toMatchObject({ rowCount: 7 })
  })

  it('is counted where its version has a number of its own', async () => {
    const count = countAt(CHANGED, { ...FRESH_HEADERS, ...EXACT })
    await expect(count).resolves.toMatchObject({ version: { value: '2026-07-16T17:40:22.000Z#1.229' } })
  })

  it('is not waited for longer than two seconds at a time where its clock goes wrong', async () => {
    const early = countAt('Thu, 16 Jul 2026 09:00:00 GMT', FRESH_HEADERS)
    await expect(early).rejects.toMatchObject({ code: 'SOURCE_JUST_CHANGED', retryAfterMs: 2_000 })
  })
})
