import { expect, test } from 'vitest'
import type { AccessRules } from '../src/access/access-rules.ts'
import { createRequestGuard, type RequestFacts } from '../src/access/request-guard.ts'

const LOCAL: AccessRules = { host: '127.0.0.1', credentials: undefined }
const OPEN: AccessRules = { host: '0.0.0.0', credentials: { user: 'ann', password: 'pass:wörd' } }
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const KNOWN = basic('ann:pass:wörd')

function statusOf(rules: AccessRules, facts: Partial<RequestFacts>): number | undefined {
  return createRequestGuard(rules)({
    method: 'GET',
    path: '/',
    host: 'localhost:3000',
    origin: undefined,
    secFetchSite: undefined,
    authorization: undefined,
    remoteAddress: undefined,
    ...facts,
  })?.status
}

test.each(['localhost', 'localhost:3000', 'LOCALHOST:1', '127.0.0.1:3000', '[::1]:3000', '[::1]'])(
  'on loopback the host name %s is answered',
  (host) => {
    expect(statusOf(LOCAL, { host })).toBeUndefined()
  },
)

test.each([
  undefined,
  '',
  'evil.example',
  'evil.example:3000',
  'localhost.evil.example',
  '127.0.0.1.nip.io',
  'localhost@evil.example',
  '127.0.0.2:3000',
  'localhost:3000:3000',
  '[::1',
])('on loopback the host name %s is refused: a rebound name', (host) => {
  expect(statusOf(LOCAL, { host })).toBe(403)
  expect(statusOf(LOCAL, { host, path: '/healthz' })).toBe(403)
})

test('another loopback address is answered where it is the one that is bound', () => {
  expect(statusOf({ ...LOCAL, host: '127.0.0.2' }, { host: '127.0.0.2:3000' })).toBeUndefined()
})

test('off loopback any host name is answered once the credentials are right', () => {
  expect(statusOf(OPEN, { host: 'gather.example', authorization: KNOWN })).toBeUndefined()
})

test.each([
  undefined,
  '',
  'Basic',
  'Basic ',
  'Basic :',
  basic(''),
  basic('ann'),
  basic('ann:'),
  basic('ann:pass:word'),
  basic('Ann:pass:wörd'),
  basic('ann:pass:wörd '),
  KNOWN.slice(0, -2),
  `${KNOWN}, ${KNOWN}`,
  KNOWN.replace('Basic', 'Bearer'),
])('credentials %s are refused on every path and method', (authorization) => {
  for (const path of [
    '/',
    '/runs/x',
    '/metrics',
    '/assets/style.css',
    '/queues',
    '/queues/api/queues',
    '/nothing',
  ])
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'DELETE'])
      expect(statusOf(OPEN, { authorization, path, method })).toBe(401)
})

test('a 401 asks the browser for user and password', () => {
  const refusal = createRequestGuard(OPEN)({
    method: 'GET',
    path: '/',
    host: 'x',
    origin: undefined,
    secFetchSite: undefined,
    authorization: undefined,
    remoteAddress: undefined,
  })
  expect(refusal?.headers['www-authenticate']).toMatch(/^Basic realm=/)
})

test('only the exact paths /healthz and /readyz are open', () => {
  for (const path of ['/healthz', '/readyz']) expect(statusOf(OPEN, { path })).toBeUndefined()
  const others = ['/healthz/', '/HEALTHZ', '/%68ealthz', '//healthz', '/healthz/../', '/healthz;x']
  for (const path of [...others, '/readyz/', '/READYZ', '/%72eadyz', '//readyz', '/readyz/../', '/readyz;x'])
    expect(statusOf(OPEN, { path })).toBe(401)
})

test.each([
  {},
  { origin: 'http://evil.example' },
  { origin: 'null' },
  { origin: 'http://localhost:3001' },
  { origin: 'http://localhost:3000', secFetchSite: 'cross-site' },
  { origin: 'http://localhost:3000', secFetchSite: 'same-site' },
  { origin: 'http://evil.example', secFetchSite: 'same-origin' },
  { secFetchSite: 'none' },
  { origin: 'not a url' },
])('a changing request with %o is refused as foreign', (headers) => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
    expect(statusOf(LOCAL, { method, ...headers })).toBe(403)
})

test.each([
  { origin: 'http://localhost:3000' },
  { secFetchSite: 'same-origin' },
  { origin: 'null', secFetchSite: 'same-origin' },
])('a changing request with %o is of our own pages', (headers) => {
  expect(statusOf(LOCAL, { method: 'POST', ...headers })).toBeUndefined()
})

test('right credentials do not make a foreign request one of ours', () => {
  const foreign = { method: 'POST', authorization: KNOWN, origin: 'http://evil.example' }
  expect(statusOf(OPEN, foreign)).toBe(403)
})
