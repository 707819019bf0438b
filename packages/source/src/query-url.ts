import { LIMITS } from '@gather/platform'
import { answerFault } from './errors.ts'
import type { PortalAddress } from './portal-address.ts'
import type { PageRequest } from './source.ts'

/** Selected with every page: which row it is, and when it last changed. */
const SYSTEM_FIELDS = [':id', ':updated_at']
const SELECT_ALL = ['*', ...SYSTEM_FIELDS].join(',')
/** Below it, names are not worth what each more page costs. */
const FILTER_BYTES_MIN = 1_500
/** As long as the offset of any page gets. */
const OFFSET_MAX = 9_999_999_999
/** A letter, a line and 52 bits in base 36. */
const ALIAS_CHARS_MAX = 13

/** A row's fields by name; where that makes the URL too long for a proxy, all of them (stars must come first). */
export function pageUrl(portal: PortalAddress, request: PageRequest): URL {
  const byName = rowsUrl(portal, selectedFields(request.columns).join(','), request)
  if (byName.href.length <= LIMITS.urlBytesMax) return byName
  return assertShort(rowsUrl(portal, SELECT_ALL, request))
}

/** `alias` names the count, so that its key is known, and a fresh one each time passes every cache. */
export function countUrl(portal: PortalAddress, filter: string | undefined, alias: string): URL {
  return assertShort(selectUrl(portal, `count(*) as ${alias}`, filter))
}

/** What one request for a piece of a list asks for, in SoQL. */
export interface ListClauses {
  readonly select: string
  readonly group: string | undefined
  /** A total order, as lists are read piece by piece. */
  readonly order: string
}

/** A piece of a list. The limit always stands there: without it a portal stops after 1,000, groups included. */
export function listUrl(portal: PortalAddress, request: ListClauses & Omit<PageRequest, 'columns'>): URL {
  const url = selectUrl(portal, request.select, request.filter)
  if (request.group !== undefined) url.searchParams.set('$group', request.group)
  return assertShort(setPlace(url, request.order, request))
}

/** Bytes left for a filter beside these fields; where their names leave too few, beside the star that then replaces them. */
export function spaceForFilter(portal: PortalAddress, columns: readonly string[]): number {
  const request = { columns, filter: '', offset: OFFSET_MAX, limit: LIMITS.pageRowsMax }
  const spaceBeside = (select: string) => LIMITS.urlBytesMax - rowsUrl(portal, select, request).href.length
  const byName = spaceBeside(selectedFields(columns).join(','))
  return byName >= FILTER_BYTES_MIN ? byName : spaceBeside(SELECT_ALL)
}

/** Bytes left for a filter in a request for row ids, whose aliases are as long as they get. */
export function spaceForListFilter(portal: PortalAddress): number {
  const fields = [':id', ':updated_at'].map((field) => `${field} as ${'x'.repeat(ALIAS_CHARS_MAX)}`)
  const clauses = { select: fields.join(','), group: undefined, order: ':id' }
  const request = { ...clauses, filter: '', offset: OFFSET_MAX, limit: LIMITS.pageRowsMax }
  return LIMITS.urlBytesMax - listUrl(portal, request).href.length
}

export function viewUrl(portal: PortalAddress): URL {
  return new URL(`/api/views/${portal.dataset}.json`, portal.origin)
}

/** What a page holds of each row, once each. */
export const selectedFields = (columns: readonly string[]): string[] => [
  ...new Set([...columns, ...SYSTEM_FIELDS]),
]

function rowsUrl(portal: PortalAddress, select: string, request: PageRequest): URL {
  // Without an order a portal may give a row on two pages and another on none.
  return setPlace(selectUrl(portal, select, request.filter), ':id', request)
}

function selectUrl(portal: PortalAddress, select: string, filter: string | undefined): URL {
  const url = new URL(`/resource/${portal.dataset}.json`, portal.origin)
  url.searchParams.set('$select', select)
  if (filter !== undefined) url.searchParams.set('$where', filter)
  return url
}

function setPlace(url: URL, order: string, { limit, offset }: Pick<PageRequest, 'limit' | 'offset'>): URL {
  url.searchParams.set('$order', order)
  url.searchParams.set('$limit', String(limit))
  url.searchParams.set('$offset', String(offset))
  return url
}

function assertShort(url: URL): URL {
  if (url.href.length <= LIMITS.urlBytesMax) return url
  const reason = `the filter makes a URL of ${url.href.length} bytes, more than the ${LIMITS.urlBytesMax} that proxies take`
  throw answerFault({ url, code: 'SOURCE_URL_TOO_LONG', kind: 'terminal', reason })
}
