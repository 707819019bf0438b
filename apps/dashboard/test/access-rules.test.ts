import { isFault, readConfig } from '@gather/platform'
import { expect, test } from 'vitest'
import { readAccessRules } from '../src/access/access-rules.ts'

const rulesOf = (env: Record<string, string>) =>
  readAccessRules(readConfig({ MYSQL_URL: 'mysql://u:p@127.0.0.1/rover', ...env }).dashboard)

test('without any setting the dashboard is for this machine alone', () => {
  expect(rulesOf({})).toEqual({ host: '127.0.0.1', credentials: undefined })
})

test.each(['localhost', '127.0.0.1', '127.1.2.3', '::1', '[::1]'])('%s needs no password', (host) => {
  expect(rulesOf({ DASHBOARD_HOST: host }).credentials).toBeUndefined()
})

test.each(['0.0.0.0', '::', '192.168.1.5', 'gather.example', '127.0.0.1.evil.example', '::ffff:127.0.0.1'])(
  '%s is refused without user and password, in one sentence that says what to set',
  (host) => {
    const refusal = catchFault(() => rulesOf({ DASHBOARD_HOST: host }))
    expect(refusal.code).toBe('CONFIG_INVALID')
    expect(refusal.message).toMatch(/DASHBOARD_USER and DASHBOARD_PASSWORD/)
    expect(refusal.message).not.toContain('\n')
  },
)

test.each(['0.0.0.0', '127.0.0.1'])('a user without a password is refused on %s', (host) => {
  const only = { DASHBOARD_HOST: host }
  expect(catchFault(() => rulesOf({ ...only, DASHBOARD_USER: 'ann' })).code).toBe('CONFIG_INVALID')
  expect(catchFault(() => rulesOf({ ...only, DASHBOARD_PASSWORD: 'secret' })).code).toBe('CONFIG_INVALID')
})

test('an empty password counts as none', () => {
  const env = { DASHBOARD_HOST: '0.0.0.0', DASHBOARD_USER: 'ann', DASHBOARD_PASSWORD: '' }
  expect(catchFault(() => rulesOf(env)).code).toBe('CONFIG_INVALID')
})

test.each(['changeme', 'password', 'SECRET', 'admin'])('S11: %s is no password', (password) => {
  const env = { DASHBOARD_HOST: '127.0.0.1', DASHBOARD_USER: 'ann', DASHBOARD_PASSWORD: password }
  const refusal = catchFault(() => rulesOf(env))
  expect([refusal.code, refusal.message]).toEqual([
    'CONFIG_INVALID',
    'DASHBOARD_PASSWORD is one that everybody tries first: set another',
  ])
})

test('an open address with both starts', () => {
  const credentials = { user: 'ann', password: 'a:b c' }
  expect(rulesOf({ DASHBOARD_HOST: '0.0.0.0', DASHBOARD_USER: 'ann', DASHBOARD_PASSWORD: 'a:b c' })).toEqual({
    host: '0.0.0.0',
    credentials,
  })
})

test('a refusal never tells the password', () => {
  const env = { DASHBOARD_USER: 'a:b', DASHBOARD_PASSWORD: 'hunter22' }
  expect(catchFault(() => rulesOf(env)).message).not.toContain('hunter22')
})

function catchFault(work: () => unknown) {
  try {
    work()
  } catch (error) {
    if (isFault(error)) return error
  }
  throw new Error('no fault was thrown')
}
