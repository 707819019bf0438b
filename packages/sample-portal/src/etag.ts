import { createHash } from 'node:crypto'

/** The data set's copy that is published; a new one appears only when a working copy is. */
const COPY_NUMBER = 2

export interface EtagParts {
  /** Such as `foxtrot.40053`. */
  readonly internalName: string
  readonly dataVersion: number
  /** Path and query of the request. */
  readonly path: string
  /** The Accept headers, since another encoding is another entity. */
  readonly accept: string
}

/**
 * An ETag as recorded from a live portal in July 2026: base64url of `<name>_<copy>_<data version><hash>`, the hash being
 * 27 characters (SHA-1 in base64url) right behind the digits of the version, then an obfuscated hash of query and headers.
 */
export function createEtag({ internalName, dataVersion, path, accept }: EtagParts): string {
  const entity = `${internalName}_${COPY_NUMBER}_${dataVersion}${sha1(path)}`
  const obfuscated = sha1(`${entity}\n${path}\n${accept}`)
  return `W/"${Buffer.from(entity).toString('base64url')}--gzi${obfuscated}---gzip"`
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('base64url')
}

/** Whether an `If-Match` or `If-None-Match` header names the ETag, compared weakly as for GET. */
export function listsEtag(header: string, etag: string): boolean {
  if (header.trim() === '*') return true
  const bare = etag.replace(/^W\//, '')
  return header.split(',').some((entry) => entry.trim().replace(/^W\//, '') === bare)
}
