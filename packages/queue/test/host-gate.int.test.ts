import { eventually } from '@gather/testing'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openQueue } from '../src/index.ts'
import { type OwnQueue, openOwnQueue, silentLog } from './own-queue.ts'

let own: OwnQueue
beforeEach(() => {
  own = openOwnQueue()
})
afterEach(() => own.close())

/** A pause that was set a moment ago. */
const expectPause = async (host: string, pauseMs: number) => {
  const leftMs = await own.queue.gate.pauseMs(host)
  expect(leftMs).toBeLessThanOrEqual(pauseMs)
  expect(leftMs).toBeGreaterThan(pauseMs - 2_000)
}

describe('the gate of a portal', () => {
  it('is open where no portal asked for a pause', async () => {
    expect(await own.queue.gate.pauseMs('data.seattle.gov')).toBe(0)
  })

  it('is closed for the pause, and for no other portal', async () => {
    await own.queue.gate.shut('data.seattle.gov', 60_000)
    await expectPause('data.seattle.gov', 60_000)
    for (const host of ['data.cityofnewyork.us', 'data.seattle.gov:8080', 'seattle.gov']) {
      expect(await own.queue.gate.pauseMs(host)).toBe(0)
    }
  })

  it('stays closed for the longer of two pauses, in either order', async () => {
    await own.queue.gate.shut('long.first', 60_000)
    await own.queue.gate.shut('long.first', 5_000)
    await expectPause('long.first', 60_000)
    await own.queue.gate.shut('short.first', 5_000)
    await own.queue.gate.shut('short.first', 60_000)
    await expectPause('short.first', 60_000)
  })

  it('stays closed for the longest where many workers close it at once', async () => {
    const others = [1, 2, 3].map(() => openQueue(own.redisUrl, own.prefix, silentLog))
    const gates = [own.queue, ...others].map(({ gate }) => gate)
    const pauses = fc.array(fc.integer({ min: 1_000, max: 600_000 }), { minLength: 2, maxLength: 16 })
    let round = 0
    await fc.assert(
      fc.asyncProperty(pauses, async (pausesMs) => {
        const host = `portal-${round++}`
        await Promise.all(pausesMs.map((pauseMs, index) => gates[index % 4]!.shut(host, pauseMs)))
        await expectPause(host, Math.max(...pausesMs))
      }),
      { numRuns: 50 },
    )
    await Promise.all(others.map((queue) => queue.close()))
  })

  it('is the same for every worker, and for no other installation', async () => {
    await own.queue.gate.shut('a.org', 60_000)
    const same = openQueue(own.redisUrl, own.prefix, silentLog)
    const other = openQueue(own.redisUrl, `${own.prefix}-other`, silentLog)
    expect(await same.gate.pauseMs('a.org')).toBeGreaterThan(0)
    expect(await other.gate.pauseMs('a.org')).toBe(0)
    await Promise.all([same.close(), other.close()])
  })

  const untilOpen = () =>
    eventually('an open gate', async () => (await own.queue.gate.pauseMs('a.org')) === 0, 10_000)

  it('opens by itself', async () => {
    const startMs = performance.now()
    await own.queue.gate.shut('a.org', 1_150.4)
    expect(await own.queue.gate.pauseMs('a.org')).toBeGreaterThan(0)
    await untilOpen()
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(1_149)
  })

  it.each([0, -5, 0.2, 999])('is closed for a second at least, as by a pause of %d ms', async (pauseMs) => {
    expect(await own.queue.gate.shut('a.org', pauseMs)).toBe(1_000)
  })

  it('is closed for longer each time that the portal refuses again, until it has answered', async () => {
    expect(await own.queue.gate.shut('a.org', 0)).toBe(1_000)
    // Another worker of the same moment is no second refusal.
    expect(await own.queue.gate.shut('a.org', 0)).toBeLessThanOrEqual(1_000)
    await untilOpen()
    expect(await own.queue.gate.shut('a.org', 0)).toBe(2_000)
    await untilOpen()
    await own.queue.gate.forgive('a.org')
    expect(await own.queue.gate.shut('a.org', 0)).toBe(1_000)
  })
})
