import { Fault, type FaultKind } from '@gather/platform'
import { describe, expect, it } from 'vitest'
import { retryLocked } from '../src/retry-locked.ts'

const faultOf = (code: string, kind: FaultKind) => new Fault({ code, kind, message: `database: ${code}` })

/** A transaction that fails so often, and how often it was run. */
function failing(fault: Fault, times: number) {
  const seen = { runs: 0 }
  const transaction = async () => {
    seen.runs += 1
    if (seen.runs <= times) throw fault
  }
  return { seen, transaction }
}

describe('a transaction that meets locks of others', () => {
  it.each(['DATABASE_DEADLOCK', 'DATABASE_LOCK_WAIT'])('is run again after %s', async (code) => {
    const { seen, transaction } = failing(faultOf(code, 'transient'), 2)
    await retryLocked(transaction)
    expect(seen.runs).toBe(3)
  })

  it('is put back without blame when they do not end', async () => {
    const { seen, transaction } = failing(faultOf('DATABASE_LOCK_WAIT', 'transient'), 100)
    await expect(retryLocked(transaction)).rejects.toMatchObject({
      code: 'DATABASE_LOCK_WAIT',
      kind: 'unavailable',
      message: 'database: DATABASE_LOCK_WAIT',
    })
    expect(seen.runs).toBe(4)
  })

  it.each<[string, FaultKind]>([
    ['PAGE_FENCED', 'interrupted'],
    ['PAGE_LOCKED', 'unavailable'],
    ['DATABASE_LOST', 'unavailable'],
    ['STORE_MISMATCH', 'terminal'],
  ])('is not run again after %s', async (code, kind) => {
    const fault = faultOf(code, kind)
    const { seen, transaction } = failing(fault, 1)
    await expect(retryLocked(transaction)).rejects.toBe(fault)
    expect(seen.runs).toBe(1)
  })
})
