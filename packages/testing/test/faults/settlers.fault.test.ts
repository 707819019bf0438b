import { type NemesisStack, startNemesisStack, stopApps } from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

let stack: NemesisStack
beforeAll(async () => {
  stack = await startNemesisStack({
    rowCount: 600,
    topic: { page_rows: 100 },
    env: { JOB_LOCK_MS: '1000' },
  })
})
afterAll(() => stack.close())
afterEach(() => stopApps())

describe('a settler that is killed', () => {
  it.each(['before_settle', 'before_publish', 'mid_publish', 'before_log'] as const)(
    '37: is survived at %s, by the next one',
    async (point) => {
      const [victim] = await Promise.all([
        stack.start('listener', { point, deed: 'kill', passNo: 1 }),
        stack.start('worker'),
      ])
      const trial = await stack.begin({ withReader: true })
      expect(await victim.exited).toBe('SIGKILL')
      await stack.start('listener')
      expect((await trial.ended()).reason).toBeNull()
      expect(await trial.check()).toEqual([])
    },
  )
})

describe('a settler that is stopped while it holds the lock, then woken', () => {
  it.each(['before_settle', 'before_publish', 'mid_publish', 'before_log'] as const)(
    '9: another one takes over at %s, and the woken one changes nothing',
    async (point) => {
      const [sleeper] = await Promise.all([
        stack.start('listener', { point, deed: 'stop', passNo: 1 }),
        stack.start('worker'),
      ])
      const trial = await stack.begin({ withReader: true })
      await sleeper.struck()
      await stack.start('listener')
      expect((await trial.ended()).reason).toBeNull()
      sleeper.kill('SIGCONT')
      sleeper.kill('SIGTERM')
      expect(await sleeper.exited).toBe(0)
      expect(await trial.check()).toEqual([])
    },
  )
})
