import { expect, test } from 'vitest'
import { fetchRaw } from './raw-request.ts'
import { fetchText, serveFaults, servePortal } from './served-portal.ts'

const PATH = '/resource/jguv-t9rb.json'
const COUNT = `${PATH}?$select=count(*)`
const NOW_MS = Date.UTC(2026, 0, 1)
const clock = () => NOW_MS

test.each([
  ['throttle', undefined],
  ['throttle retry-after=2', '2'],
  ['throttle retry-after=0', '0'],
  ['throttle retry-after=90 as=date', 'Thu, 01 Jan 2026 00:01:30 GMT'],
])('%s is a 429 with that Retry-After', async (fault, retryAfter) => {
  const portal = await serveFaults([fault], { clock })
  const { status, headers, body } = await fetchRaw(portal, COUNT)
  expect([status, headers['retry-after']]).toEqual([429, retryAfter])
  expect(JSON.parse(body.toString())).toEqual({
    message: 'Too many requests',
    errorCode: 'too-many-requests',
    data: {},
  })
})

test.each([
  ['throttle body=none', 429, undefined, ''],
  ['throttle body=html', 429, 'text/html', '<h1>429 Too Many Requests</h1>'],
  ['error', 503, 'application/json; charset=utf-8', '"errorCode":"service-unavailable"'],
  ['error status=500', 500, 'application/json; charset=utf-8', '"errorCode":"internal-error"'],
  ['error status=502', 502, 'text/html', '<h1>502 Bad Gateway</h1>'],
  ['error status=504', 504, undefined, ''],
  ['error status=504 body=json', 504, 'application/json; charset=utf-8', '"Gateway Timeout"'],
  ['error status=408', 408, 'application/json; charset=utf-8', '"request-timeout"'],
  ['error status=403', 403, 'application/json; charset=utf-8', '"permission_denied"'],
  ['error status=599', 599, 'application/json; charset=utf-8', '"status":599'],
])('%s has the status and body of the live service', async (fault, status, contentType, part) => {
  const portal = await serveFaults([fault])
  const answer = await fetchRaw(portal, COUNT)
  expect([answer.status, answer.headers['content-type'], answer.complete]).toEqual([
    status,
    contentType,
    true,
  ])
  expect(answer.body.toString()).toContain(part)
  expect(answer.body.length > 0).toBe(part !== '')
})

test('an error can name the time to come back', async () => {
  const portal = await serveFaults(['error retry-after=5 as=date'], { clock })
  expect((await fetchRaw(portal, COUNT)).headers['retry-after']).toBe('Thu, 01 Jan 2026 00:00:05 GMT')
})

test('a 202 gives a ticket, and the portal knows it when the client comes back', async () => {
  const portal = await serveFaults(['processing retry-after=1 once'])
  const first = await fetchText(portal, COUNT)
  expect([first.status, first.headers.get('retry-after')]).toEqual([202, '1'])
  const { ticket } = JSON.parse(first.text)
  expect(ticket).toMatch(/^sample-ticket-[0-9a-f]{8}$/)
  expect((await fetchText(portal, `${COUNT}&ticket=${ticket}`)).text).toBe('[{"count":"900"}]\n')
  const strange = await fetchText(portal, `${COUNT}&ticket=other`)
  expect([strange.status, JSON.parse(strange.text).message]).toEqual([400, 'Unrecognized arguments [ticket]'])
})

test('a 202 can give a place to ask again, or nothing', async () => {
  const portal = await serveFaults(['processing give=location once', 'processing give=nothing after=1 once'])
  const { status, headers, body } = await fetchRaw(portal, COUNT)
  expect([status, headers.location, body.length]).toEqual([202, `${portal.url}${COUNT}`, 0])
  const second = await fetchRaw(portal, COUNT)
  expect([second.status, second.headers.location, second.body.length]).toEqual([202, undefined, 0])
  expect((await fetchRaw(portal, COUNT)).status).toBe(200)
})

test.each(['301', '302', '303', '307', '308'])('a redirect of status %s to this host', async (status) => {
  const portal = await serveFaults([`redirect status=${status} once`])
  const { headers, ...answer } = await fetchRaw(portal, COUNT)
  expect([answer.status, headers.location]).toEqual([Number(status), `${portal.url}${COUNT}`])
  portal.setFault(undefined)
  expect(await (await fetch(String(headers.location))).json()).toEqual([{ count: '900' }])
})

test('a redirect to another host keeps path and query, and a client that follows arrives there', async () => {
  const other = await servePortal({ datasets: [] })
  const portal = await serveFaults([`redirect to=${other.url}`])
  const redirect = await fetchRaw(portal, COUNT)
  expect([redirect.status, redirect.headers.location]).toEqual([302, `${other.url}${COUNT}`])
  expect((await fetchText(portal, COUNT)).status).toBe(404)
  expect(other.requests().map(({ path }) => path)).toEqual([COUNT])
})

test('a page of HTML comes in the place of data', async () => {
  const portal = await serveFaults(['html once', 'html status=503 after=1'])
  const page = await fetchText(portal, COUNT)
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect(page.text).toMatch(/^<!DOCTYPE html>.*maintenance/s)
  expect((await fetchText(portal, COUNT)).status).toBe(503)
})
