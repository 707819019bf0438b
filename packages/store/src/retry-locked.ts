import { setTimeout as sleep } from 'node:timers/promises'
import { Fault, isFault, withJitter } from '@gather/platform'

const ATTEMPTS = 4
const PAUSE_MS = 300

/**
 * Runs a whole transaction again when it lost a deadlock or waited too long for a lock of somebody else.
 * @throws Fault of the same code (unavailable) when that does not end: what is stored is not at fault
 */
export async function retryLocked(transaction: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction()
    } catch (error) {
      if (!isFault(error) || !/^DATABASE_(DEADLOCK|LOCK_WAIT)$/.test(error.code)) throw error
      if (attempt >= ATTEMPTS) throw locked(error)
      await sleep(withJitter(attempt * PAUSE_MS))
    }
  }
}

const locked = (cause: Fault): Fault =>
  new Fault({ code: cause.code, kind: 'unavailable', message: cause.message, context: cause.context, cause })
