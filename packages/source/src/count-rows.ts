import { parseBody } from './decode-body.ts'
import { refuseFreshVersion } from './fresh-version.ts'
import { parseHttpDate } from './http-date.ts'
import type { QueryContext } from './query-context.ts'
import { countUrl, viewUrl } from './query-url.ts'
import { readReplicaVersion } from './replica-version.ts'
import { parseCount } from './row-document.ts'
import type { SourceCount, SourceVersion } from './source.ts'
import { parseView, versionOfView } from './view-document.ts'

type ViewContext = Pick<QueryContext, 'client' | 'portal'>

/** One count under a fresh alias; a second request for the version where the headers don't tell it. */
export async function countRows(
  context: Omit<QueryContext, 'retryEach' | 'listRowsMax'>,
  filter: string | undefined,
  signal: AbortSignal,
): Promise<SourceCount> {
  const alias = `n_${context.freshName()}`
  const url = countUrl(context.portal, filter, alias)
  const { headers, body } = await context.client.get(url, 'rows', signal)
  const rowCount = parseCount(url, parseBody(url, body), alias)
  const answeredAtMs = parseHttpDate(headers.date) ?? context.clock()
  const version = readReplicaVersion(url, headers) ?? (await fetchMetadataVersion(context, signal))
  refuseFreshVersion(url, version, answeredAtMs)
  return { rowCount, version, answeredAtMs }
}

/** The version that the metadata tell, for portals whose answers tell none. */
export async function fetchMetadataVersion(
  context: ViewContext,
  signal: AbortSignal,
): Promise<SourceVersion> {
  return versionOfView(viewUrl(context.portal), await fetchView(context, signal))
}

export async function fetchView({ client, portal }: ViewContext, signal: AbortSignal) {
  const url = viewUrl(portal)
  const { body } = await client.get(url, 'metadata', signal)
  return parseView(url, parseBody(url, body))
}
