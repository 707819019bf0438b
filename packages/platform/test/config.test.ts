import { describe, expect, it } from 'vitest'
import { type Fault, readConfig, readTopicsDir } from '../src/index.ts'

const MYSQL_URL = 'mysql://importuser:secret@db:3306/rover'
const faultOf = (env: Record<string, string>): Fault => {
  try {
    readConfig(env)
  } catch (error) {
    return error as Fault
  }
  throw new Error('the configuration was accepted')
}
const messageFor = (name: string, value: string) => faultOf({ MYSQL_URL, [name]: value }).message

describe('the configuration', () => {
  it('needs nothing but the database', () => {
    expect(readConfig({ MYSQL_URL })).toEqual({
      redisUrl: 'redis://127.0.0.1:6379',
      mysqlUrl: MYSQL_URL,
      mysqlAdminUrl: MYSQL_URL,
      mysqlCaFile: undefined,
      importLogUrl: MYSQL_URL,
      topicsDir: undefined,
      appTokens: new Map(),
      workerConcurrency: 4,
      jobLockMs: 30_000,
      reconcileIntervalMs: 5_000,
      shutdownGraceMs: 20_000,
      insecureSourceHosts: [],
      health: { host: '127.0.0.1', port: undefined },
      dashboard: {
        host: '127.0.0.1',
        port: 3_000,
        user: undefined,
        password: undefined,
        mysqlUrl: MYSQL_URL,
        hasActions: false,
        hasQueueActions: false,
      },
      logLevel: 'info',
      logFormat: 'json',
    })
  })

  it('counts an empty value as not set', () => {
    const empty = {
      REDIS_URL: '',
      MYSQL_ADMIN_URL: '',
      LOG_LEVEL: '',
      WORKER_CONCURRENCY: '',
      MYSQL_CA_FILE: '',
    }
    expect(readConfig({ MYSQL_URL, ...empty })).toEqual(readConfig({ MYSQL_URL }))
    expect(readTopicsDir({ TOPICS_DIR: '' })).toBeUndefined()
  })

  it('is a usage fault that names the variable and an example where the database is missing', () => {
    const fault = faultOf({})
    expect(fault).toMatchObject({ code: 'CONFIG_INVALID', kind: 'terminal' })
    expect(fault.message).toMatch(/^MYSQL_URL is not set \(such as MYSQL_URL=mysql:\/\/.*"npm start"/)
  })

  it('lets each connection have its own address', () => {
    const other = 'mariadb://other@elsewhere/log'
    expect(readConfig({ MYSQL_URL, IMPORT_LOG_URL: other })).toMatchObject({
      mysqlUrl: MYSQL_URL,
      mysqlAdminUrl: MYSQL_URL,
      importLogUrl: other,
    })
    expect(readConfig({ MYSQL_URL, DASHBOARD_MYSQL_URL: other }).dashboard.mysqlUrl).toBe(other)
  })

  it.each([
    'WORKER_CONCURRENCY',
    'JOB_LOCK_MS',
    'RECONCILE_INTERVAL_MS',
    'SHUTDOWN_GRACE_MS',
    'DASHBOARD_PORT',
  ])('takes only whole decimal numbers for %s', (name) => {
    for (const value of [
      'many',
      '1.5',
      '-1',
      '0x1000',
      '1e3',
      '1000 ms',
      '9999999',
      'Infinity',
      'NaN',
      ' ',
    ]) {
      expect(messageFor(name, value), value).toMatch(
        new RegExp(`^${name}: must be a whole number from \\d+ to \\d+$`),
      )
    }
  })

  it.each([
    ['WORKER_CONCURRENCY', 1, 64],
    ['JOB_LOCK_MS', 1_000, 600_000],
    ['RECONCILE_INTERVAL_MS', 100, 600_000],
    ['SHUTDOWN_GRACE_MS', 0, 600_000],
    ['DASHBOARD_PORT', 0, 65_535],
  ])('takes %s from %d to %d and says so outside', (name, min, max) => {
    expect(() => readConfig({ MYSQL_URL, [name]: String(min) })).not.toThrow()
    expect(() => readConfig({ MYSQL_URL, [name]: ` ${max} ` })).not.toThrow()
    for (const value of [min - 1, max + 1]) {
      expect(messageFor(name, String(value))).toBe(`${name}: must be a whole number from ${min} to ${max}`)
    }
  })

  it.each([
    ['REDIS_URL', 'canary', 'must be a URL such as redis://:password@host:6379'],
    ['REDIS_URL', 'http://user:canary@host', 'must be a URL such as redis://'],
    ['REDIS_URL', 'redis:canary', 'must be a URL such as redis://'],
    ['MYSQL_URL', 'canary', 'must be a URL such as mysql://user:password@host:3306/rover'],
    ['MYSQL_URL', 'postgres://u:canary@host/rover', 'must be a URL such as mysql://'],
    ['MYSQL_URL', 'mysql://u:canary@host:99999/rover', 'must be a URL such as mysql://'],
    ['MYSQL_URL', 'mysql:///canary', 'must be a URL such as mysql://'],
    ['MYSQL_URL', 'mysql://u:canary@host', 'must end with the name of the database, such as /rover'],
    ['MYSQL_URL', 'mysql://u:canary@host/', 'must end with the name of the database'],
    ['MYSQL_URL', 'mysql://u:canary@host/a/b', 'must end with the name of the database'],
    ['MYSQL_URL', 'mysql://u:canary@host/a%60b', 'must end with the name of the database'],
    ['MYSQL_URL', `mysql://u:canary@host/${'a'.repeat(65)}`, 'must end with the name of the database'],
    ['MYSQL_URL', 'mysql://u:canary%@host/rover', 'write it as %25'],
    ['MYSQL_URL', 'mysql://u:canary%ff@host/rover', 'has a % in its user or password'],
    ['MYSQL_ADMIN_URL', 'canary', 'must be a URL such as mysql://'],
    ['IMPORT_LOG_URL', 'mysql://u:canary@host', 'must end with the name of the database'],
    ['DASHBOARD_MYSQL_URL', 'canary', 'must be a URL such as mysql://'],
    ['MYSQL_CA_FILE', '/nowhere/canary.pem', 'names a file that is not there'],
    ['SOCRATA_APP_TOKENS', 'canary', 'must be host=token pairs, separated by commas'],
    ['SOCRATA_APP_TOKENS', 'data.example.org=', 'must be host=token pairs'],
    ['SOCRATA_APP_TOKENS', '=canary', 'must be host=token pairs'],
    ['SOCRATA_APP_TOKENS', 'a.org=canary=x,b.org=y', 'must be host=token pairs'],
    ['LOG_LEVEL', 'canary', '"fatal"|"error"|"warn"|"info"|"debug"|"trace"|"silent"'],
    ['LOG_LEVEL', 'INFO', '"info"'],
    ['LOG_FORMAT', 'canary', '"json"|"pretty"'],
  ])('says of %s=%s what is allowed, and never repeats the value', (name, value, allowed) => {
    const fault = faultOf({ MYSQL_URL, [name]: value })
    expect(fault).toMatchObject({ code: 'CONFIG_INVALID', kind: 'terminal' })
    expect(fault.message).toContain(`${name}: `)
    expect(fault.message).toContain(allowed)
    for (const text of [fault.message, fault.stack, JSON.stringify(fault), String(fault.cause)]) {
      expect(text).not.toContain('canary')
    }
  })

  it('names every bad variable at once', () => {
    const { message } = faultOf({ REDIS_URL: 'x', JOB_LOCK_MS: '5', LOG_FORMAT: 'xml' })
    expect(message.match(/[A-Z_]{6,}(?=:| is not set)/g)).toEqual([
      'REDIS_URL',
      'MYSQL_URL',
      'JOB_LOCK_MS',
      'LOG_FORMAT',
    ])
  })

  it('ignores variables that are not ours', () => {
    expect(readConfig({ MYSQL_URL, PATH: '/bin', WORKERS: 'many' })).toEqual(readConfig({ MYSQL_URL }))
  })
})

describe('app tokens', () => {
  const tokensOf = (text: string) =>
    Object.fromEntries(readConfig({ MYSQL_URL, SOCRATA_APP_TOKENS: text }).appTokens)

  it('belong each to one host, whose letter case does not matter', () => {
    expect(tokensOf('Data.Seattle.GOV=AbC, data.cityofnewyork.us=xyz ,')).toEqual({
      'data.seattle.gov': 'AbC',
      'data.cityofnewyork.us': 'xyz',
    })
  })

  it('may name a port', () => {
    expect(tokensOf('127.0.0.1:8080=t')).toEqual({ '127.0.0.1:8080': 't' })
  })
})

describe('hosts without TLS', () => {
  it('are a list in which blanks do not matter', () => {
    const config = readConfig({ MYSQL_URL, INSECURE_SOURCE_HOSTS: ' 127.0.0.1:8080 ,, [::1]:80' })
    expect(config.insecureSourceHosts).toEqual(['127.0.0.1:8080', '[::1]:80'])
  })
})
