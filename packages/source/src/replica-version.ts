import type { IncomingHttpHeaders } from 'node:http'
import { staleReplica } from './errors.ts'
import { parseHttpDate } from './http-date.ts'
import type { SourceVersion } from './source.ts'

/** The data set's copy and data version; the 27 characters behind them are the base64url SHA-1 of the query. */
const TAG_TEXT = /^[\w.~-]+_(\d+)_(\d+)[A-Za-z0-9_-]{27}$/

/**
 * The version of the replica that answered, or undefined where the headers don't tell one.
 * @throws Fault `SOURCE_STALE_REPLICA` (transient) where the replica says itself that it is behind
 */
export function readReplicaVersion(url: URL, headers: IncomingHttpHeaders): SourceVersion | undefined {
  const outOfDate = readHeader(headers, 'x-soda2-data-out-of-date')?.toLowerCase()
  if (outOfDate === 'true') throw staleReplica(url, 'the answer came from a replica that is out of date')
  const replica = parseHttpDate(readHeader(headers, 'x-soda2-secondary-last-modified'))
  const truth = parseHttpDate(readHeader(headers, 'x-soda2-truth-last-modified'))
  if (replica === undefined || truth === undefined) return undefined
  if (replica !== truth)
    throw staleReplica(url, 'the answer came from a replica of another time than the truth')
  if (outOfDate !== 'false') return undefined
  const dataVersion = decodeDataVersion(readHeader(headers, 'etag'))
  const time = new Date(replica).toISOString()
  return { kind: 'replica', value: dataVersion === undefined ? time : `${time}#${dataVersion}` }
}

/** True for a version that no other state of the rows bears; a mere time may stand for several within its second. */
export const isExactVersion = ({ value }: SourceVersion): boolean => value.includes('#')

/** True where a version is of an earlier time than another one of its kind, or of the same time and a lower data version. */
export function isOlderVersion(version: SourceVersion, other: SourceVersion): boolean {
  if (version.kind !== other.kind) return false
  const [time = '', number] = version.value.split('#')
  const [otherTime = '', otherNumber] = other.value.split('#')
  if (time !== otherTime) return time < otherTime
  if (number === undefined || otherNumber === undefined) return false
  return number.localeCompare(otherNumber, 'en', { numeric: true }) < 0
}

/**
 * `<copy>.<data version>` out of an ETag, undefined where it holds none. The tag is base64url text, then parts joined by `-`;
 * as that alphabet has a `-` of its own, every beginning that ends before one is tried.
 */
export function decodeDataVersion(etag: string | undefined): string | undefined {
  const tag = /^(?:W\/)?"([^"]*)"$/.exec(etag ?? '')?.[1]
  if (tag === undefined) return undefined
  for (let end = tag.indexOf('-'); ; end = tag.indexOf('-', end + 1)) {
    const match = TAG_TEXT.exec(decodeExactly(end === -1 ? tag : tag.slice(0, end)))
    if (match) return `${match[1]}.${match[2]}`
    if (end === -1) return undefined
  }
}

/** The decoded text, empty where the input is not base64url as an encoder writes it. */
function decodeExactly(encoded: string): string {
  const bytes = Buffer.from(encoded, 'base64url')
  return bytes.toString('base64url') === encoded ? bytes.toString('latin1') : ''
}

function readHeader(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value.trim() : undefined
}
