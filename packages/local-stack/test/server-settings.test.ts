import { expect, test } from 'vitest'
import { appEnv } from '../src/start-apps.js'
import { accountsSql, serverArgs } from '../src/start-database.js'
import { redisConfig } from '../src/start-redis.js'

const passwords = { admin: 'secret-a', app: 'secret-b', root: 'secret-c' }

test('Redis keeps every job and is reachable from this machine with the password only', () => {
  const lines = redisConfig({ port: 6400, password: 'secret', folder: '/a "b"' }).split('\n')
  expect(lines).toContain('bind 127.0.0.1')
  expect(lines).toContain('requirepass secret')
  expect(lines).toContain('appendonly yes')
  expect(lines).toContain('maxmemory-policy noeviction')
  expect(lines).toContain('dir "/a \\"b\\""')
})

test.each(['mariadb', 'mysql'] as const)(
  'accounts of %s are made by whole lines, as an init file wants them',
  (flavour) => {
    const lines = accountsSql(flavour, passwords).trim().split('\n')
    expect(lines.every((line) => line.endsWith(';'))).toBe(true)
    expect(lines).toContain(
      "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, EXECUTE ON rover.* TO 'importuser'@'%';",
    )
  },
)

test('the database listens on 127.0.0.1 only, and no argument holds a secret', () => {
  const options = { folder: '/d', initFile: '/r/accounts.sql', port: 3400, runDir: '/r' }
  const server = { path: '/usr/sbin/mysqld', version: '9.7.4', installDb: undefined }
  const mysql = serverArgs({ server: { ...server, flavour: 'mysql' }, ...options })
  expect(mysql[0]).toBe('--no-defaults')
  expect(mysql).toContain('--bind-address=127.0.0.1')
  expect(mysql).toContain('--mysqlx=OFF')
  expect(serverArgs({ server: { ...server, flavour: 'mariadb' }, ...options })).not.toContain('--mysqlx=OFF')
})

test("the caller's own services are hidden from the apps of a stack", () => {
  const own = { PATH: '/bin', MYSQL_URL_FILE: '/secret', IMPORT_LOG_URL: 'mysql://elsewhere/rover' }
  const env = appEnv({ MYSQL_URL: 'mysql://stack/rover' }, own)
  expect(env).toMatchObject({ PATH: '/bin', MYSQL_URL: 'mysql://stack/rover' })
  expect(env).not.toHaveProperty('MYSQL_URL_FILE')
  expect(env).not.toHaveProperty('IMPORT_LOG_URL')
})
