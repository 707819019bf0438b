import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { PET_LICENSE_DATASET_ID } from '@gather/sample-portal'
import type { PageBodies } from './page-bodies.ts'
import type { PortalFront } from './portal-front.ts'
import { SELECTED_FIELDS } from './row-texts.ts'

const compress = promisify(gzip)

export interface ServedPages {
  readonly rowCount: number
  readonly front: PortalFront
  readonly bodies: PageBodies
}

export interface PageAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Compressed. */
  readonly body: Buffer
}

const COUNT = /^count\(\*\) as (\w+)$/
const ROW_ID_ONLY = ':id,:updated_at'

/** What the importer asks of one data set without a condition: metadata, count, pages, a row beyond the last. All else is a 400. */
export async function answerRequest(served: ServedPages, target: string): Promise<PageAnswer> {
  const { pathname, searchParams } = new URL(target, 'http://portal.invalid')
  const { view, viewHeaders, rowHeaders } = served.front
  if (pathname === `/api/views/${PET_LICENSE_DATASET_ID}.json`) {
    return { status: 200, headers: viewHeaders, body: await compress(view) }
  }
  const select = searchParams.get('$select') ?? ''
  const alias = COUNT.exec(select)?.[1]
  if (pathname !== `/resource/${PET_LICENSE_DATASET_ID}.json` || searchParams.has('$where')) return refuse()
  if (alias !== undefined) {
    const body = await compress(`[{"${alias}":"${served.rowCount}"}]\n`)
    return { status: 200, headers: rowHeaders, body }
  }
  const offset = Number(searchParams.get('$offset'))
  const isBeyond = offset >= served.rowCount
  const isKnown = select === SELECTED_FIELDS.join(',') || (select === ROW_ID_ONLY && isBeyond)
  if (!isKnown || searchParams.get('$order') !== ':id') return refuse()
  const body = await served.bodies.take(offset, Number(searchParams.get('$limit')))
  return { status: 200, headers: rowHeaders, body }
}

async function refuse(): Promise<PageAnswer> {
  const message = 'the page portal answers only what an import of the whole data set asks for'
  const body = await compress(JSON.stringify({ code: 'query.unsupported', error: true, message, data: {} }))
  return { status: 400, headers: { 'Content-Type': 'application/json;charset=utf-8' }, body }
}
