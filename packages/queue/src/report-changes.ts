import type { Logger } from '@gather/platform'

/** Logs an error of the connection when it differs from the one before: a Redis that is away repeats it several times a second. */
export function reportChanges(log: Logger): (error: Error) => void {
  let last = ''
  return (error) => {
    const level = error.message === last ? 'debug' : 'warn'
    last = error.message
    log[level]({ err: error }, 'queue.error')
  }
}
