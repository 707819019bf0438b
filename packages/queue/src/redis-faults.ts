import { Fault, isFault } from '@gather/platform'

/** The fault for an error of Redis or its client: unavailable, unless Redis says that we may not or cannot. */
export function redisFault(error: unknown): Fault {
  if (isFault(error)) return error
  const message = error instanceof Error ? error.message || String(error) : String(error)
  if (/WRONGPASS|NOAUTH|NOPERM/.test(message)) {
    const text = `Redis refused us: ${message} (check user and password of REDIS_URL)`
    return new Fault({ code: 'REDIS_ACCESS_DENIED', kind: 'terminal', message: text, cause: error })
  }
  return new Fault({
    code: 'REDIS_UNREACHABLE',
    kind: 'unavailable',
    message: `Redis: ${message}`,
    cause: error,
  })
}
