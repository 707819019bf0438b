import { expect, test } from 'vitest'
import { parseDatabaseVersion, parseRedisVersion } from '../src/find-servers.js'
import { describeMissing, missingPackages } from '../src/install-servers.js'

test.each([
  ['Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64', 'redis', '7.0.15'],
  ['Valkey server v=8.1.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64', 'valkey', '8.1.1'],
])('the key-value server is known by its own word: %s', (output, flavour, version) => {
  expect(parseRedisVersion(output)).toEqual({ flavour, version })
})

test.each([
  [
    'mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)',
    'mariadb',
    '10.11.19',
  ],
  ['/usr/sbin/mysqld  Ver 10.6.18-MariaDB for osx10.19 on arm64 (Homebrew)', 'mariadb', '10.6.18'],
  ['/usr/sbin/mysqld  Ver 8.0.36-0ubuntu0.22.04.1 for Linux on x86_64 ((Ubuntu))', 'mysql', '8.0.36'],
  ['/usr/sbin/mysqld  Ver 9.7.4-2 for Linux on x86_64 (Source distribution)', 'mysql', '9.7.4'],
])(
  'the database is known by its own word, not by the name of its program: %s',
  (output, flavour, version) => {
    expect(parseDatabaseVersion(output)).toEqual({ flavour, version })
  },
)

test('a program that says something else is not a server', () => {
  expect(parseRedisVersion('command not found')).toBeUndefined()
  expect(parseDatabaseVersion('')).toBeUndefined()
})

test('only what is missing is installed, and the sentence names it', () => {
  const redis = { path: '/usr/bin/redis-server', flavour: 'redis', version: '7.0.15' } as const
  const withoutDatabase = { redis, database: undefined, browser: undefined }
  const withNothing = { redis: undefined, database: undefined, browser: undefined }
  expect(missingPackages(withoutDatabase, false)).toEqual(['mariadb-server', 'mariadb-client'])
  expect(missingPackages(withNothing, true)).toContain('chromium')
  expect(missingPackages(withNothing, false)).not.toContain('chromium')
  expect(describeMissing(withoutDatabase, false)).toBe('MariaDB or MySQL (mariadbd or mysqld)')
})
