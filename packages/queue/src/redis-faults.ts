import { Fault, isFault } from '@gather/platform'

/** The fault for an error of Redis or its client: unavailable, unless Redis says that we may not. */
export function redisFault(error: unknown): Fault {
  if (isFault(error)) return error
  const message = error instanceof Error ? error.message || String(error) : String(error)
  if (/WRONGPASS|NOAUTH|NOPERM/.test(message)) {
    const text = `Redis refused us: ${message} (check user and password of REDIS_URL)`
    return new Fault({ code: 'REDIS_ACCESS_DENIED', kind: 'terminal', message: text, cause: error })
  }
  if (isFull(error)) {
    const text = 'Redis has no memory left for the queue (raise its maxmemory, or remove what else is in it)'
    return new Fault({ code: 'REDIS_FULL', kind: 'unavailable', message: text, cause: error })
  }
  return new Fault({
    code: 'REDIS_UNREACHABLE',
    kind: 'unavailable',
    message: `Redis: ${message}`,
    cause: error,
  })
}

/** Of a transaction Redis only says that it was given up; the client keeps why. */
function isFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const reasons = 'previousErrors' in error && Array.isArray(error.previousErrors) ? error.previousErrors : []
  return [error, ...reasons].some((reason) => /\bOOM command not allowed\b/.test(String(reason)))
}
