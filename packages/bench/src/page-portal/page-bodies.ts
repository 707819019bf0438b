import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { RowTexts } from './row-texts.ts'

const compress = promisify(gzip)

/** What nginx takes unless told otherwise. */
const GZIP_LEVEL = 1
/** Pages compressed at a time: as many as the cores of a small machine. */
const PAGES_AT_ONCE = 2

export interface PageBodiesOptions {
  readonly rows: RowTexts
  readonly pageRows: number
  /** Where the bodies are kept in files; in memory without. */
  readonly folder?: string | undefined
}

/** Compressed bodies of the pages of a data set. */
export interface PageBodies {
  /** The body of `offset..offset+limit`: ready where these are the rows of a page, made now where not. */
  take(offset: number, limit: number): Promise<Buffer>
}

/** Makes the body of every page beforehand. */
export async function preparePageBodies({ rows, pageRows, folder }: PageBodiesOptions): Promise<PageBodies> {
  const pageCount = Math.ceil(rows.rowCount / pageRows)
  const kept = new Map<number, Buffer>()
  const pathOf = (pageNo: number) => join(folder ?? '', `${pageNo}.json.gz`)
  const make = (offset: number, limit: number) =>
    compress(rows.pageText(offset, limit), { level: GZIP_LEVEL })
  let nextPageNo = 0
  const prepareSome = async () => {
    while (nextPageNo < pageCount) {
      const pageNo = nextPageNo++
      const body = await make(pageNo * pageRows, pageRows)
      if (folder === undefined) kept.set(pageNo, body)
      else await writeFile(pathOf(pageNo), body)
    }
  }
  await Promise.all(Array.from({ length: PAGES_AT_ONCE }, prepareSome))
  return {
    async take(offset, limit) {
      const pageNo = offset / pageRows
      const isPage = Number.isInteger(pageNo) && limit === Math.min(pageRows, rows.rowCount - offset)
      if (!isPage || offset >= rows.rowCount) return make(offset, limit)
      return kept.get(pageNo) ?? readFile(pathOf(pageNo))
    },
  }
}
