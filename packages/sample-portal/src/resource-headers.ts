import type { Answer } from './answer.ts'
import { createEtag, listsEtag } from './etag.ts'
import { headerOf, type PortalRequest } from './portal-context.ts'
import type { ResultField } from './query-plan.ts'
import type { ServedDataset } from './replica.ts'

/** Above this many characters the field headers are left out, as on wide tables of the live service. */
const FIELD_HEADERS_LENGTH_MAX = 5000

/** The headers that tell which version answered, the same on 200 and 304. */
export function versionHeaders(
  { internalName, claims }: ServedDataset,
  request: PortalRequest,
): Record<string, string> {
  const { dataVersion, outOfDate, secondaryModifiedMs, truthModifiedMs } = claims
  const secondaryModified = new Date(secondaryModifiedMs).toUTCString()
  const accept = ['accept', 'accept-encoding'].map((name) => headerOf(request, name)).join('\n')
  return {
    ETag: createEtag({ internalName, dataVersion, path: request.target, accept }),
    'X-SODA2-Data-Out-Of-Date': String(outOfDate),
    'X-SODA2-Truth-Last-Modified': new Date(truthModifiedMs).toUTCString(),
    'X-SODA2-Secondary-Last-Modified': secondaryModified,
    'Last-Modified': secondaryModified,
  }
}

/** `X-SODA2-Fields` and `-Types`, or the warning that stands in for them when they would be too long. */
export function fieldHeaders(fields: readonly ResultField[]): Record<string, string> {
  const names = asciiJson(fields.map((field) => field.alias))
  const types = asciiJson(fields.map((field) => field.type))
  if (names.length + types.length >= FIELD_HEADERS_LENGTH_MAX) {
    return {
      'X-SODA2-Warning': 'X-SODA2-Fields and X-SODA2-Types are deprecated and were left out for their length',
    }
  }
  return { 'X-SODA2-Fields': names, 'X-SODA2-Types': types }
}

function asciiJson(value: readonly string[]): string {
  return JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** The answer to a conditional request whose condition decides it: 304 or 412; undefined when the body is due. */
export function answerCondition(
  request: PortalRequest,
  headers: Readonly<Record<string, string>>,
): Answer | undefined {
  const etag = headers.ETag ?? ''
  const ifMatch = headerOf(request, 'if-match')
  if (ifMatch !== '' && !listsEtag(ifMatch, etag)) {
    return {
      status: 412,
      headers: { 'Content-Type': 'application/json;charset=utf-8' },
      body: {
        make: () =>
          JSON.stringify({ message: 'Precondition failed', errorCode: 'precondition-failed', data: {} }),
      },
    }
  }
  const ifNoneMatch = headerOf(request, 'if-none-match')
  const since = Date.parse(headerOf(request, 'if-modified-since'))
  const unchanged =
    ifNoneMatch === '' ? Date.parse(headers['Last-Modified'] ?? '') <= since : listsEtag(ifNoneMatch, etag)
  return unchanged ? { status: 304, headers: { ETag: etag, Vary: 'Accept-Encoding' } } : undefined
}
