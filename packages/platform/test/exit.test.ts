import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { EXIT_CODES, exitCodeOf, Fault, type FaultKind } from '../src/index.ts'
import { runScript } from './run-script.ts'

const CANARY = `canary"${randomBytes(9).toString('hex')}`
const URL_WITH_CANARY = `mysql://importuser:${encodeURIComponent(CANARY)}@db:3306/rover`
const fail = (error: string, env: Record<string, string> = {}) =>
  runScript('./failing-process.ts', env, [error])

describe('the exit code', () => {
  it.each<[string, FaultKind, keyof typeof EXIT_CODES]>([
    ['CONFIG_INVALID', 'terminal', 'usage'],
    ['TOPIC_UNKNOWN', 'terminal', 'usage'],
    ['TOPIC_INVALID', 'terminal', 'usage'],
    ['TOPICS_DIR_UNREADABLE', 'terminal', 'usage'],
    ['USAGE_RETRY', 'terminal', 'usage'],
    ['RUN_UNKNOWN', 'terminal', 'usage'],
    ['DATABASE_ACCESS_DENIED', 'terminal', 'usage'],
    ['REDIS_ACCESS_DENIED', 'terminal', 'usage'],
    ['DATABASE_MISSING', 'terminal', 'usage'],
    ['DATABASE_TABLE_MISSING', 'terminal', 'usage'],
    ['SOURCE_URL_INVALID', 'terminal', 'usage'],
    ['SOURCE_HOST_REFUSED', 'terminal', 'usage'],
    ['REDIS_UNREACHABLE', 'unavailable', 'unreachable'],
    ['DATABASE_UNREACHABLE', 'unavailable', 'unreachable'],
    ['SOURCE_UNREACHABLE', 'transient', 'unreachable'],
    ['SOURCE_TIMEOUT', 'transient', 'unreachable'],
    ['SOURCE_EMPTY', 'terminal', 'runFailed'],
    ['SOURCE_COLUMN_MISSING', 'terminal', 'runFailed'],
    ['DATABASE_COLUMN_MISSING', 'terminal', 'runFailed'],
    ['RUN_OPEN', 'terminal', 'runFailed'],
    ['SOURCE_MOVED', 'moved', 'runFailed'],
    ['INTERRUPTED', 'interrupted', 'runFailed'],
    ['UNEXPECTED', 'terminal', 'runFailed'],
  ])('of %s (%s) is that of %s', (code, kind, name) => {
    expect(exitCodeOf(new Fault({ code, kind, message: 'x' }))).toBe(EXIT_CODES[name])
  })

  it.each([new Error('x'), 'text', undefined, Object.create(null)])('of anything else is 1', (thrown) => {
    expect(exitCodeOf(thrown)).toBe(EXIT_CODES.runFailed)
  })

  it('of each outcome stays what scripts rely on', () => {
    expect(EXIT_CODES).toEqual({ done: 0, runFailed: 1, usage: 2, unreachable: 3 })
  })
})

describe('a process that ends by an error', () => {
  it.each([
    ['terminal', 1, 'the source is empty\n'],
    ['usage', 2, 'say which topic\n'],
    ['text', 1, 'unexpected: just a text\n'],
    ['nothing', 1, 'unexpected: undefined\n'],
    ['unprintable', 1, 'unexpected: something without a message\n'],
    ['unforeseen', 1, 'unexpected: x is not a function, \n'],
  ])('prints one sentence to standard error (%s: code %d)', async (error, code, stderr) => {
    expect(await fail(error)).toEqual({ code, signal: null, stdout: '', stderr })
  })

  it('shows no stack with LOG_LEVEL=info', async () => {
    const { stderr } = await fail('unforeseen', { LOG_LEVEL: 'info' })
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })

  it('shows its stack with LOG_LEVEL=debug', async () => {
    const { stderr, code } = await fail('unforeseen', { LOG_LEVEL: 'debug' })
    expect(stderr).toMatch(/^TypeError: x is not a function/)
    expect(stderr).toContain('failing-process.ts')
    expect(code).toBe(1)
  })

  it.each(['info', 'debug'])('shows no password of a URL (LOG_LEVEL=%s)', async (level) => {
    const { stderr, code } = await fail('unavailable', { CANARY, LOG_LEVEL: level })
    expect(stderr).toContain('no database at mysql://importuser:***@db:3306/rover')
    expect(stderr).not.toContain(CANARY.slice(7))
    expect(code).toBe(3)
  })

  it.each(['info', 'debug'])('shows no secret of its configuration (LOG_LEVEL=%s)', async (level) => {
    const env = { CANARY, MYSQL_URL: URL_WITH_CANARY, LOG_LEVEL: level }
    const { stderr } = await fail('unforeseen', env)
    expect(stderr).toContain('x is not a function, ***')
    expect(stderr).not.toContain(CANARY.slice(7))
  })
})
