import { tracingChannel } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PHASE_CHANNEL, phase, phaseSync, watchPhases } from '../src/index.ts'

const channel = tracingChannel(PHASE_CHANNEL)
const told: string[] = []
const tell = (event: string) => (message: object) => {
  told.push(`${event} ${'name' in message ? message.name : undefined}`)
}
const subscriber = {
  start: tell('start'),
  end: tell('end'),
  asyncStart: tell('asyncStart'),
  asyncEnd: tell('asyncEnd'),
  error: tell('error'),
}

afterEach(() => {
  channel.unsubscribe(subscriber)
  told.length = 0
})

describe('a phase', () => {
  it('gives the result of its work, or its error, whether somebody listens or not', async () => {
    for (const listens of [false, true]) {
      if (listens) channel.subscribe(subscriber)
      expect(await phase('a', async () => 1)).toBe(1)
      expect(phaseSync('b', () => 2)).toBe(2)
      await expect(phase('c', async () => Promise.reject(new Error('no')))).rejects.toThrow('no')
      expect(() =>
        phaseSync('d', () => {
          throw new Error('never')
        }),
      ).toThrow('never')
    }
  })

  it('tells its beginning and its end under its name', async () => {
    channel.subscribe(subscriber)
    await phase('page.load', async () => {
      phaseSync('page.encode', () => undefined)
    })
    expect(told.filter((line) => !line.startsWith('asyncStart'))).toEqual([
      'start page.load',
      'start page.encode',
      'end page.encode',
      'end page.load',
      'asyncEnd page.load',
    ])
  })

  it('is told to end also where its work fails', async () => {
    channel.subscribe(subscriber)
    await phase('page.load', async () => Promise.reject(new Error('no'))).catch(() => {})
    expect(told).toContain('asyncEnd page.load')
  })
})

describe('who watches phases', () => {
  const begun: string[] = []
  const ended: { name: string; durationMs: number }[] = []
  let stop = () => {}
  beforeEach(() => {
    begun.length = 0
    ended.length = 0
    stop = watchPhases({
      began: (name) => begun.push(name),
      ended: (name, durationMs) => ended.push({ name, durationMs }),
    })
  })
  afterEach(() => stop())

  it('is told each once with its duration, however it ended', async () => {
    const never = new Error('no')
    await phase('wait', () => sleep(30))
    await phase('fail', async () => Promise.reject(never)).catch(() => {})
    phaseSync('sync', () => undefined)
    expect(() =>
      phaseSync('throw', () => {
        throw never
      }),
    ).toThrow(never)
    expect(begun).toEqual(['wait', 'fail', 'sync', 'throw'])
    expect(ended.map(({ name }) => name)).toEqual(begun)
    expect(ended[0]?.durationMs).toBeGreaterThan(25)
    for (const { durationMs } of ended) expect(durationMs).toBeLessThan(5_000)
  })

  it('tells phases of the same name apart that run side by side', async () => {
    await Promise.all([phase('page', () => sleep(40)), phase('page', () => sleep(5))])
    const [first, second] = ended.map(({ durationMs }) => durationMs)
    expect(first).toBeLessThan(second ?? 0)
  })

  it('hears nothing any more once it has stopped', async () => {
    stop()
    await phase('late', async () => {})
    expect([begun, ended]).toEqual([[], []])
  })
})
