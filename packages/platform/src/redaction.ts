import type { Config } from './config.ts'

// Begins at `://`: a pattern for the scheme before it would look at every letter of a long word again and again.
const URL_CREDENTIALS = /(:\/\/[^\s:/@]*):(?!password@)[^\s"/]+@/g
const SHORTEST_SECRET = 4

/** Makes a function that takes secrets out of a text: the given values, and the password of any URL. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  // Longest first: one secret may be the beginning of another.
  const known = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap(formsOf)
    .sort((one, other) => other.length - one.length)
  return (text) => {
    let redacted = text
    for (const secret of known) redacted = redacted.replaceAll(secret, '***')
    return redacted.replace(URL_CREDENTIALS, '$1:***@')
  }
}

/** As it is, in a URL, in a JSON document, and in one that is itself a text of a JSON document. */
function formsOf(secret: string): string[] {
  const escaped = escapeForJson(secret)
  return [secret, encodeURIComponent(secret), escaped, escapeForJson(escaped)]
}

const escapeForJson = (text: string): string => JSON.stringify(text).slice(1, -1)

/** The secret values of a configuration: URL passwords, app tokens, the dashboard's password. */
export function secretsOf(config: Config): string[] {
  const urls = [
    config.redisUrl,
    config.mysqlUrl,
    config.mysqlAdminUrl,
    config.importLogUrl,
    config.dashboard.mysqlUrl,
  ]
  const passwords = urls
    .map((url) => new URL(url).password)
    .flatMap((password) => [password, decodeURIComponent(password)])
  return [...new Set([...passwords, ...config.appTokens.values(), config.dashboard.password ?? ''])].filter(
    Boolean,
  )
}
