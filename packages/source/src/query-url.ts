import { LIMITS } from '@gather/platform'
import { answerFault } from './errors.ts'
import type { PortalAddress } from './portal-address.ts'
import type { PageRequest } from './source.ts'

/** Selected with every page: which row it is, and when it last changed. */
const SYSTEM_FIELDS = [':id', ':updated_at']

/** A row's fields by name; where that makes the URL too long for a proxy, all of them (stars must come first). */
export function pageUrl(portal: PortalAddress, request: PageRequest): URL {
  const fields = [...new Set([...request.columns, ...SYSTEM_FIELDS])]
  const byName = rowsUrl(portal, fields.join(','), request)
  if (byName.href.length <= LIMITS.urlBytesMax) return byName
  return assertShort(rowsUrl(portal, ['*', ...SYSTEM_FIELDS].join(','), request))
}

/** `alias` names the count, so that its key is known, and a fresh one each time passes every cache. */
export function countUrl(portal: PortalAddress, filter: string | undefined, alias: string): URL {
  const url = new URL(`/resource/${portal.dataset}.json`, portal.origin)
  url.searchParams.set('$select', `count(*) as ${alias}`)
  if (filter !== undefined) url.searchParams.set('$where', filter)
  return assertShort(url)
}

export function viewUrl(portal: PortalAddress): URL {
  return new URL(`/api/views/${portal.dataset}.json`, portal.origin)
}

function rowsUrl(portal: PortalAddress, select: string, request: PageRequest): URL {
  const url = new URL(`/resource/${portal.dataset}.json`, portal.origin)
  url.searchParams.set('$select', select)
  if (request.filter !== undefined) url.searchParams.set('$where', request.filter)
  // Without an order a portal may give a row on two pages and another on none.
  url.searchParams.set('$order', ':id')
  url.searchParams.set('$limit', String(request.limit))
  url.searchParams.set('$offset', String(request.offset))
  return url
}

function assertShort(url: URL): URL {
  if (url.href.length <= LIMITS.urlBytesMax) return url
  const reason = `the filter makes a URL of ${url.href.length} bytes, more than the ${LIMITS.urlBytesMax} that proxies take`
  throw answerFault({ url, code: 'SOURCE_URL_TOO_LONG', kind: 'terminal', reason })
}
