import { expect, test } from 'vitest'
import { serveFaults } from './served-portal.ts'

test('a portal is alive whatever faults are on, and says so without counting it as a request', async () => {
  const portal = await serveFaults(['error'])
  const response = await fetch(`${portal.url}/healthz`)
  expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }])
  const refused = await fetch(`${portal.url}/healthz`, { method: 'POST' })
  expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  expect(portal.requests()).toEqual([])
})
