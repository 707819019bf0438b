import { Fault, type FaultKind } from '@gather/platform'
import { describe, expect, it, vi } from 'vitest'
import { retryTransient } from '../src/index.ts'
import { neverStop } from './scripted-portal.ts'

const fault = (kind: FaultKind, retryAfterMs?: number) =>
  new Fault({ code: 'X', kind, message: 'x', retryAfterMs })

/** Fails with the faults one after the other, then gives 'done'; records the waits. */
function scriptRetry(...faults: Error[]) {
  const waits: number[] = []
  const operation = vi.fn(async () => {
    const next = faults.shift()
    if (next) throw next
    return 'done'
  })
  const sleep = async (delayMs: number) => void waits.push(delayMs)
  return { operation, waits, options: { attempts: 4, signal: neverStop, random: () => 0, sleep } }
}

describe('retrying', () => {
  it('goes on after transient faults, waiting longer each time', async () => {
    const { operation, waits, options } = scriptRetry(
      fault('transient'),
      fault('transient'),
      fault('transient'),
    )
    expect(await retryTransient(operation, options)).toBe('done')
    expect(waits).toEqual([500, 1_000, 2_000])
  })

  it('waits as long as the portal asks', async () => {
    const { operation, waits, options } = scriptRetry(fault('transient', 7_000))
    await retryTransient(operation, options)
    expect(waits).toEqual([7_000])
  })

  it('gives up with the last fault after the last attempt', async () => {
    const last = fault('transient')
    const { operation, options } = scriptRetry(
      fault('transient'),
      fault('transient'),
      fault('transient'),
      last,
    )
    await expect(retryTransient(operation, options)).rejects.toBe(last)
    expect(operation).toHaveBeenCalledTimes(4)
  })

  it('gives up rather than wait longer than a person would', async () => {
    const { operation, waits, options } = scriptRetry(fault('transient', 90_000), fault('transient', 90_000))
    await expect(retryTransient(operation, options)).rejects.toMatchObject({ code: 'X' })
    expect(waits).toEqual([90_000])
  })

  it.each(['terminal', 'moved', 'unavailable', 'interrupted'] as const)(
    'does not repeat after a %s fault',
    async (kind) => {
      const { operation, options } = scriptRetry(fault(kind))
      await expect(retryTransient(operation, options)).rejects.toMatchObject({ kind })
      expect(operation).toHaveBeenCalledOnce()
    },
  )

  it('does not repeat after what is no fault', async () => {
    const { operation, options } = scriptRetry(new TypeError('bug'))
    await expect(retryTransient(operation, options)).rejects.toThrow(TypeError)
    expect(operation).toHaveBeenCalledOnce()
  })

  it('is interrupted by the signal while it waits', async () => {
    const stop = new AbortController()
    const outcome = retryTransient(
      async () => {
        setTimeout(() => stop.abort(), 10)
        throw fault('transient', 60_000)
      },
      { attempts: 3, signal: stop.signal },
    )
    await expect(outcome).rejects.toMatchObject({ code: 'INTERRUPTED', kind: 'interrupted' })
  })
})
