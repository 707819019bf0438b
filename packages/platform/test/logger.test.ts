import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { describeError, Fault } from '../src/index.ts'
import { runScript } from './run-script.ts'

/** Random, so that no accident hides one; with signs that JSON, URLs and patterns treat in their own way. */
const randomSecret = (signs: string) =>
  `canary${randomBytes(6).toString('hex')}${signs}${randomBytes(6).toString('hex')}`

const urlWith = (user: string, secret: string) =>
  `mysql://${user}:${encodeURIComponent(secret)}@db:3306/rover`

const secretEnvironment = () => {
  const [redis, mysql, admin, log, dashboard] = ['', '"\\', '@:/?#', 'ä €', "$&'%"].map(randomSecret)
  const [token, otherToken, password] = ['', '+/', '{"a":1}'].map(randomSecret)
  const secrets = [redis, mysql, admin, log, dashboard, token, otherToken, password].map(String)
  const env = {
    REDIS_URL: `redis://:${redis}@cache:6379`,
    MYSQL_URL: urlWith('importuser', mysql ?? ''),
    MYSQL_ADMIN_URL: urlWith('root', admin ?? ''),
    IMPORT_LOG_URL: urlWith('importuser', log ?? ''),
    DASHBOARD_MYSQL_URL: urlWith('viewer', dashboard ?? ''),
    SOCRATA_APP_TOKENS: `a.org=${token},b.org=${otherToken}`,
    DASHBOARD_PASSWORD: password ?? '',
  }
  return { env, secrets }
}

describe('the log', () => {
  it.each(['json', 'pretty'])('never shows a secret, however it is logged (%s)', async (format) => {
    const { env, secrets } = secretEnvironment()
    const ended = await runScript('./logging-process.ts', { ...env, LOG_FORMAT: format, LOG_LEVEL: 'trace' })
    expect(ended).toMatchObject({ code: 0, stdout: '' })
    expect(ended.stderr).toContain('all was logged')
    expect(ended.stderr).toContain('http error under another key')
    for (const secret of secrets) {
      const middle = secret.slice(6, 18)
      const end = secret.slice(-12)
      for (const part of [middle, end]) expect(ended.stderr.includes(part), secret).toBe(false)
    }
  })

  it('is one JSON document a line with time, level and process', async () => {
    const { env } = secretEnvironment()
    const { stderr } = await runScript('./logging-process.ts', env)
    const lines = stderr.trimEnd().split('\n')
    const documents = lines.map((line) => JSON.parse(line))
    expect(documents.at(-1)).toEqual({
      level: 30,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      name: 'canary',
      pid: expect.any(Number),
      last: true,
      msg: 'all was logged',
    })
  })

  it('is silent below its level', async () => {
    const { env } = secretEnvironment()
    const { stderr } = await runScript('./logging-process.ts', { ...env, LOG_LEVEL: 'fatal' })
    expect(stderr).toBe('')
  })
})

describe('an error in the log', () => {
  it('has code, kind and facts of a fault, without its stack', () => {
    const fault = new Fault({
      code: 'PAGE_LOCKED',
      kind: 'unavailable',
      message: 'page 3 is locked',
      context: { page: 3 },
      cause: new Error('lock wait'),
    })
    expect(describeError(fault)).toEqual({
      code: 'PAGE_LOCKED',
      kind: 'unavailable',
      message: 'page 3 is locked',
      page: 3,
      cause: 'lock wait',
    })
  })

  it('has message, stack and cause of any other, and nothing that a library hung on it', () => {
    const error = Object.assign(new Error('refused', { cause: new Error('reset') }), {
      config: { headers: { authorization: 'canary' } },
    })
    expect(describeError(error)).toEqual({
      message: 'refused',
      stack: expect.stringContaining('logger.test.ts'),
      cause: 'reset',
    })
  })

  it.each([
    ['text', 'text'],
    [undefined, 'undefined'],
    [Symbol('s'), 'Symbol(s)'],
    [Object.create(null), 'something without a message'],
  ])('is a text where something else was thrown', (thrown, message) => {
    expect(describeError(thrown)).toEqual({ message })
  })
})
