import type { Config } from './config.ts'

const URL_CREDENTIALS = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]+@/gi
const SHORTEST_SECRET = 4

/** Makes a function that takes secrets out of a text: the given values, and the password of any URL. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const known = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
  return (text) => {
    let redacted = text.replace(URL_CREDENTIALS, '$1:***@')
    for (const secret of known) redacted = redacted.replaceAll(secret, '***')
    return redacted
  }
}

/** The secret values of a configuration: URL passwords, app tokens, the dashboard's password. */
export function secretsOf(config: Config): string[] {
  const urls = [
    config.redisUrl,
    config.mysqlUrl,
    config.mysqlAdminUrl,
    config.importLogUrl,
    config.dashboard.mysqlUrl,
  ]
  const passwords = urls.map((url) => decodeURIComponent(new URL(url).password))
  return [...new Set([...passwords, ...config.appTokens.values(), config.dashboard.password ?? ''])].filter(
    Boolean,
  )
}
