import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRedactor, readConfig, secretsOf } from '../src/index.ts'

const redactUrls = createRedactor([])
const secret = fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 30 }).map((text) => `%${text}%`)

describe('redaction', () => {
  it.each([
    ['mysql://importuser:hunter2@db:3306/rover', 'mysql://importuser:***@db:3306/rover'],
    ['redis://:hunter2@cache:6379', 'redis://:***@cache:6379'],
    ['REDISS://default:hunter2@cache', 'REDISS://default:***@cache'],
    ['mysql://importuser:hun@ter2@db/rover', 'mysql://importuser:***@db/rover'],
    ["mysql://importuser:hun'ter2@db/rover", 'mysql://importuser:***@db/rover'],
    ['two: a://b:hunter2@c and d://e:hunter2@f', 'two: a://b:***@c and d://e:***@f'],
    ['https://data.seattle.gov:443/resource?$q=1', 'https://data.seattle.gov:443/resource?$q=1'],
    ['mail me@example.org at 10:30', 'mail me@example.org at 10:30'],
    ['', ''],
  ])('takes the password out of any URL: %s', (text, expected) => {
    expect(redactUrls(text)).toBe(expected)
  })

  it('leaves a line of the log what it is: a JSON document', () => {
    const line = JSON.stringify({ url: 'http://127.0.0.1:8080', mail: 'a@b', db: 'mysql://u:hunter2@db' })
    expect(JSON.parse(redactUrls(line))).toEqual({
      url: 'http://127.0.0.1:8080',
      mail: 'a@b',
      db: 'mysql://u:***@db',
    })
  })

  it('takes a known secret out of a text wherever and however it is written', () => {
    fc.assert(
      fc.property(secret, (value) => {
        const redact = createRedactor([value])
        const nest = (text: string) => JSON.stringify([JSON.stringify({ text })])
        expect(redact(`a ${value} b`)).toBe('a *** b')
        expect(redact(`https://a.org/?q=${encodeURIComponent(value)}`)).toBe('https://a.org/?q=***')
        expect(redact(JSON.stringify({ text: value }))).toBe('{"text":"***"}')
        expect(redact(nest(value))).toBe(nest('***'))
      }),
    )
  })

  it('takes a secret out whole where another one is its beginning or a part of it', () => {
    const redact = createRedactor(['abcd', 'abcdefgh', 'cdef'])
    expect(redact('abcdefgh abcd cdef')).toBe('*** *** ***')
  })

  it('takes a password out whole that holds what separates the parts of a URL', () => {
    const redact = createRedactor(['pa/ss:wo@rd'])
    expect(redact('mysql://u:pa/ss:wo@rd@db/rover')).toBe('mysql://u:***@db/rover')
  })

  it('reads signs of a secret as themselves', () => {
    expect(createRedactor(['$&.*(x)'])('a $&.*(x) b')).toBe('a *** b')
  })

  it.each([
    ['a word', 'a'.repeat(200_000)],
    ['the beginnings of URLs', 'a://b:'.repeat(40_000)],
    ['a password without an end', `a://b:${'c'.repeat(200_000)}`],
    ['the marks of one', `a://b:${'c@'.repeat(100_000)}`],
  ])(
    'is done at once with a very long line, be it %s: it looks at no sign again and again',
    (_what, text) => {
      expect(redactUrls(text).length).toBeLessThanOrEqual(text.length)
    },
  )

  it('leaves words alone that are too short to be a secret', () => {
    expect(createRedactor(['db', ''])('the db is away')).toBe('the db is away')
  })
})

describe('the secrets of a configuration', () => {
  it('are the passwords of all URLs, the app tokens and the password of the dashboard', () => {
    const config = readConfig({
      REDIS_URL: 'redis://:one@cache',
      MYSQL_URL: 'mysql://u:t%2Fwo@db/rover',
      MYSQL_ADMIN_URL: 'mysql://root:three@db/rover',
      IMPORT_LOG_URL: 'mysql://u:four@db/rover',
      DASHBOARD_MYSQL_URL: 'mysql://u:five@db/rover',
      SOCRATA_APP_TOKENS: 'a.org=six,b.org=seven',
      DASHBOARD_PASSWORD: 'eight',
    })
    expect(secretsOf(config).sort()).toEqual(
      ['one', 't%2Fwo', 't/wo', 'three', 'four', 'five', 'six', 'seven', 'eight'].sort(),
    )
  })

  it('are none where nothing is secret', () => {
    expect(secretsOf(readConfig({ MYSQL_URL: 'mysql://u@db/rover' }))).toEqual([])
  })
})
