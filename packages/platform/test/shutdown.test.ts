import { afterEach, describe, expect, it, vi } from 'vitest'
import { closeAll, waitForStop } from '../src/index.ts'
import { startScript } from './run-script.ts'

const closed: string[] = []
afterEach(() => {
  closed.length = 0
  vi.useRealTimers()
})

const resource = (name: string, work: () => Promise<void> = () => Promise.resolve()) => ({
  async close() {
    await work()
    closed.push(name)
  },
})
const never = () => new Promise<void>(() => {})
const refuse = () => Promise.reject(new Error('broken'))

describe('closing', () => {
  it('goes from the last opened to the first, each after the one before', async () => {
    const slow = resource('slow', () => new Promise((resolve) => setImmediate(resolve)))
    expect(await closeAll([resource('first'), resource('second'), slow], 5_000)).toBe(true)
    expect(closed).toEqual(['slow', 'second', 'first'])
  })

  it('of nothing is done', async () => {
    expect(await closeAll([], 5_000)).toBe(true)
  })

  it('goes on after one that failed, and says that it was not clean', async () => {
    expect(await closeAll([resource('first'), resource('broken', refuse), resource('last')], 5_000)).toBe(
      false,
    )
    expect(closed).toEqual(['last', 'first'])
  })

  it('goes on after one that throws at once', async () => {
    const throwing = {
      close(): Promise<void> {
        throw new Error('broken')
      },
    }
    expect(await closeAll([resource('first'), throwing], 5_000)).toBe(false)
    expect(closed).toEqual(['first'])
  })

  it('ends at its deadline where one never closes, and says so', async () => {
    vi.useFakeTimers()
    const ended = closeAll([resource('first'), resource('stuck', never), resource('last')], 3_000)
    let isOver = false
    const watched = ended.then((clean) => {
      isOver = true
      return clean
    })
    await vi.advanceTimersByTimeAsync(2_999)
    expect(isOver).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await watched).toBe(false)
    expect(closed).toEqual(['last'])
  })

  it('leaves no timer behind that would hold the process', async () => {
    vi.useFakeTimers()
    await closeAll([resource('one')], 60_000)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('can be asked for twice', async () => {
    const resources = [resource('one'), resource('two')]
    expect(await Promise.all([closeAll(resources, 5_000), closeAll(resources, 5_000)])).toEqual([true, true])
  })
})

describe('waiting for the stop', () => {
  it('is over at once where the signal has fired', async () => {
    await waitForStop(AbortSignal.abort())
  })

  it('ends when the signal fires', async () => {
    const controller = new AbortController()
    const over = waitForStop(controller.signal)
    controller.abort()
    await over
  })
})

describe('a process that is told to stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('stops by itself after %s', async (name) => {
    const { child, ended, printed } = startScript('./stoppable-process.ts', {}, ['obey'])
    await printed('started')
    child.kill(name)
    expect(await ended).toMatchObject({ code: 0, stdout: `started\nstopping: received ${name}\n` })
  })

  it.each([
    ['SIGTERM', 'SIGTERM'],
    ['SIGINT', 'SIGINT'],
    ['SIGTERM', 'SIGINT'],
  ] as const)('ends at once with code 130 when it is told again (%s, %s)', async (first, second) => {
    const { child, ended, printed } = startScript('./stoppable-process.ts', {})
    await printed('started')
    child.kill(first)
    await printed('stopping')
    child.kill(second)
    expect(await ended).toMatchObject({ code: 130, signal: null })
  })
})
