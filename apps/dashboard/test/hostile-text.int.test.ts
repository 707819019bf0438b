import { createTestDatabase, requireService, type TestDatabase } from '@gather/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ALL_PAYLOADS as ALL, HOSTILE_JOB_ID, writeHostileJob, writeHostileRun } from './hostile-run.ts'
import { serveDashboard, writeRun } from './served-dashboard.ts'

let testDatabase: TestDatabase
let dashboard: Awaited<ReturnType<typeof serveDashboard>>
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  dashboard = await serveDashboard({
    MYSQL_URL: testDatabase.url,
    REDIS_URL: requireService('TEST_REDIS_URL'),
  })
  await writeHostileRun(testDatabase.database)
  await writeHostileJob(dashboard.services)
})
afterAll(async () => {
  await dashboard?.services.queue.pages.obliterate({ force: true })
  await dashboard?.close()
  await testDatabase?.drop()
})

/** What is left of a page when its texts and attribute values are taken out: tags and their attributes' names. */
function skeletonOf(page: string): string {
  return page
    .replace(/="[^"]*"/g, '')
    .split('<')
    .map((part) => part.slice(0, part.indexOf('>') + 1))
    .join('<')
}

/** Elements of ours of the kinds that a payload would make: with these attributes, which no payload has. */
const OWN_ELEMENTS =
  /<script type src>|<svg (?:class )?viewBox\b[\w\s-]*>|<form class action(?: aria-label)?>/g

describe('S3: the pages of ours', () => {
  test.each([
    '/',
    '/runs/xss1',
    '/runs/xss1/pages',
    '/runs/xss1/pages/0',
    '/runs/xss1/pages/0?part',
    `/?topic=${encodeURIComponent(ALL)}`,
    '/topics',
    `/topics/${encodeURIComponent(ALL.slice(0, 64))}`,
    '/topics/pet_license?refusal=<script>',
    `/runs/${encodeURIComponent(ALL)}`,
    `/${encodeURIComponent(ALL)}`,
  ])('hold hostile texts as text and run no script: %s', async (path) => {
    const { body, headers } = await dashboard.send(path)
    expect(skeletonOf(body).replace(OWN_ELEMENTS, '')).not.toMatch(
      /<(script|img|svg|iframe|object|embed|base|form)|\son\w+|autofocus/i,
    )
    expect(body).not.toMatch(/href="(?!\/|#main")/)
    expect(body).not.toMatch(/ style=/)
    expect(headers['content-security-policy']).toMatch(/script-src 'self';/)
    expect(headers['content-security-policy']).not.toContain('unsafe')
  })

  test('show every one of the texts', async () => {
    const { body } = await dashboard.send('/runs/xss1')
    expect(body.split('&lt;img src=x onerror=go(1)&gt;').length).toBeGreaterThan(8)
  })

  test('hold them also in /metrics as plain text that no browser takes for a page', async () => {
    await writeRun(testDatabase.database, { runId: 'xss2', topic: ALL.slice(0, 64) })
    const { body, headers } = await dashboard.send('/metrics')
    expect(body).toContain('go(1)')
    expect(headers['content-type']).toMatch(/^text\/plain/)
    expect(headers['x-content-type-options']).toBe('nosniff')
  })
})

describe('S3: the pages of Bull Board', () => {
  const id = encodeURIComponent(HOSTILE_JOB_ID)

  test('hold no text of a job: those come as JSON, which no browser takes for a page', async () => {
    for (const path of [
      '/queues/api/queues?activeQueue=pages',
      `/queues/api/queues/pages/${id}`,
      `/queues/api/queues/pages/${id}/logs`,
    ]) {
      const { status, body, headers } = await dashboard.send(path)
      expect([status, body.includes('go(1)')], path).toEqual([200, true])
      expect(headers['content-type'], path).toMatch(/^application\/json/)
      expect(headers['x-content-type-options'], path).toBe('nosniff')
    }
  })

  test.each([
    '/queues/',
    '/queues/queue/pages',
    `/queues/queue/${encodeURIComponent(ALL)}`,
    `/queues/queue/pages/${id}?status=${encodeURIComponent(ALL)}`,
  ])(
    'have scripts from files of ours alone, nothing of the address, and a policy that allows no other: %s',
    async (path) => {
      const { body, headers } = await dashboard.send(path)
      expect(body).not.toContain('go(')
      const scripts = [...body.matchAll(/<script([^>]*)>/g)].map((match) => match[1] ?? '')
      for (const script of scripts)
        expect(script).toMatch(/ src="static\/js\/[\w.-]+"| type="application\/json"/)
      expect(headers['content-security-policy']).toMatch(/default-src 'self';.*script-src 'self';/)
      expect(headers['content-security-policy']).toMatch(/frame-ancestors 'none'/)
    },
  )
})
