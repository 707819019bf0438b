import { randomBytes } from 'node:crypto'

/** Only letters, digits, `-` and `_`: whole in a URL, in SQL and in a settings file. */
export function createPassword() {
  return randomBytes(18).toString('base64url')
}
