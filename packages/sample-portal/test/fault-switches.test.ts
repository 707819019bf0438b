import { expect, test } from 'vitest'
import { createFaultSwitches, petLicenseDataset, type SamplePortal } from '../src/index.ts'
import { fetchText, servePortal } from './served-portal.ts'

const COUNT = '/resource/jguv-t9rb.json?$select=count(*)'

async function serveSwitches() {
  const switches = createFaultSwitches()
  return servePortal({ datasets: [petLicenseDataset({ rowCount: 9 })], switches })
}

async function send(portal: SamplePortal, method: string, body?: string, headers = {}) {
  const init = { method, headers, ...(body === undefined ? {} : { body }) }
  const response = await fetch(`${portal.url}/-/faults`, init)
  return { status: response.status, text: await response.text() }
}

test('faults are switched on, seen and switched off while the portal runs', async () => {
  const portal = await serveSwitches()
  expect(await send(portal, 'GET')).toEqual({ status: 200, text: '' })
  const added = await send(
    portal,
    'POST',
    '# two faults\nthrottle every=2 retry-after=7\r\n\n  error once # so\n',
  )
  expect(added).toEqual({
    status: 200,
    text: 'throttle every=2 retry-after=7 # 0 times\nerror once # 0 times\n',
  })
  const statuses = []
  for (let index = 0; index < 4; index += 1) statuses.push((await fetchText(portal, COUNT)).status)
  expect(statuses).toEqual([503, 429, 200, 429])
  const listed = 'throttle every=2 retry-after=7 # 2 times\nerror once # 1 times\n'
  expect((await send(portal, 'GET')).text).toBe(listed)
  expect((await send(portal, 'DELETE')).text).toBe('')
  expect((await fetchText(portal, COUNT)).status).toBe(200)
  await send(portal, 'POST', listed)
  expect((await fetchText(portal, COUNT)).status).toBe(503)
  expect((await send(portal, 'POST', 'hang after=9')).text.split('\n')).toHaveLength(4)
})

test('requests to the switches are neither recorded nor counted nor struck', async () => {
  const portal = await serveSwitches()
  const indexes: number[] = []
  portal.setFault(({ requestIndex }) => {
    indexes.push(requestIndex)
    return { kind: 'status', status: 500 }
  })
  await send(portal, 'POST', 'hang once')
  expect((await send(portal, 'GET')).status).toBe(200)
  await send(portal, 'DELETE')
  await fetchText(portal, COUNT)
  expect(indexes).toEqual([0])
  expect(portal.requests().map(({ path }) => path)).toEqual([COUNT])
})

test('a text with a mistake switches nothing on', async () => {
  const portal = await serveSwitches()
  const sentence = 'fault hang: every must be a whole number, 1 or more, not "0"\n'
  expect(await send(portal, 'POST', 'error\nhang every=0')).toEqual({ status: 400, text: sentence })
  const none = { status: 400, text: 'the text names no fault, such as throttle every=5\n' }
  expect(await send(portal, 'POST', ' # nothing')).toEqual(none)
  expect((await send(portal, 'POST', `hang${' '.repeat(70_000)}`)).text).toMatch(/at most 65536 bytes/)
  expect((await send(portal, 'GET')).text).toBe('')
  expect((await fetchText(portal, COUNT)).status).toBe(200)
})

test('only GET, POST and DELETE are taken, and nothing from a web page', async () => {
  const portal = await serveSwitches()
  expect((await send(portal, 'PUT', 'hang')).status).toBe(405)
  const page = await send(portal, 'POST', 'hang', { origin: 'http://example.org' })
  expect(page).toEqual({ status: 403, text: "faults are switched from the portal's own machine\n" })
  expect((await send(portal, 'GET')).text).toBe('')
})

test('a portal that was started without switches knows no such address', async () => {
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount: 9 })] })
  expect((await send(portal, 'GET')).status).toBe(404)
  expect((await send(portal, 'POST', 'hang')).status).toBe(405)
})

test('switches and the fault function of a test strike together', async () => {
  const portal = await serveSwitches()
  await send(portal, 'POST', 'header name=x-one value=1')
  portal.setFault(() => ({ kind: 'headers', headers: { 'x-two': '2' } }))
  const { headers } = await fetchText(portal, COUNT)
  expect([headers.get('x-one'), headers.get('x-two')]).toEqual(['1', '2'])
})
