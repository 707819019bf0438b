import { tracingChannel } from 'node:diagnostics_channel'
import { afterEach, describe, expect, it } from 'vitest'
import { PHASE_CHANNEL, phase, phaseSync } from '../src/index.ts'

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
