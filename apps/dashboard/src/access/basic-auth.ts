import { createHash, timingSafeEqual } from 'node:crypto'
import type { Credentials } from './access-rules.ts'

/** What a 401 answers with. */
export const BASIC_CHALLENGE = 'Basic realm="gather-and-store", charset="UTF-8"'

/**
 * Makes the check of an Authorization header. Hashes of equal length are compared in constant time, so the time it takes
 * tells neither the length nor the beginning of the password.
 */
export function createCredentialCheck({ user, password }: Credentials) {
  const expected = sha256(`${user}:${password}`)
  return (authorization: string | undefined): boolean =>
    timingSafeEqual(sha256(decodeBasic(authorization ?? '')), expected)
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest()

/** `user:password`, or the empty text, which no credentials equal: they hold a colon. */
function decodeBasic(authorization: string): string {
  const token = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization)?.[1]
  return token === undefined ? '' : Buffer.from(token, 'base64').toString('utf8')
}
