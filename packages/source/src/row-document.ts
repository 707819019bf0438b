import { invalidBody } from './errors.ts'
import type { SourceRow } from './source.ts'

const COUNT = /^\d{1,15}$/

/** @throws Fault `SOURCE_BODY_INVALID` (transient) unless `json` is an array of at most `limit` objects */
export function parseRows(url: URL, json: unknown, limit: number): readonly SourceRow[] {
  if (!Array.isArray(json)) throw invalidBody(url, 'the answer is JSON, but no array of rows')
  const items: readonly unknown[] = json
  if (items.length > limit) throw invalidBody(url, `${items.length} rows came where ${limit} were asked for`)
  return items.map((item, index) => {
    if (!isRow(item)) throw invalidBody(url, `row ${index} of the answer is no object`)
    return item
  })
}

/**
 * The number in `[{"<alias>":"51754"}]`; portals send it as a string.
 * @throws Fault `SOURCE_BODY_INVALID` (transient)
 */
export function parseCount(url: URL, json: unknown, alias: string): number {
  const [row, ...rest] = parseRows(url, json, 1)
  const rowCount = readCount(row?.[alias])
  if (rest.length > 0 || rowCount === undefined) throw invalidBody(url, 'the answer is no count of rows')
  return rowCount
}

/**
 * The number of rows of a group, at least 1.
 * @throws Fault `SOURCE_BODY_INVALID` (transient)
 */
export function readGroupCount(url: URL, value: unknown): number {
  const rowCount = readCount(value) ?? 0
  if (rowCount === 0) throw invalidBody(url, 'a group of the answer has no count of its rows')
  return rowCount
}

function readCount(value: unknown): number | undefined {
  return typeof value === 'string' && COUNT.test(value) ? Number(value) : undefined
}

function isRow(item: unknown): item is SourceRow {
  return typeof item === 'object' && item !== null && !Array.isArray(item)
}
