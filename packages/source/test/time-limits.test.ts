import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { fetchOne, neverStop, openSource, PAGE, sendJson, startPortal } from './scripted-portal.ts'

describe('the deadline of a request', () => {
  it('24: ends a body that drips, however long it goes on', async () => {
    const portal = await startPortal(async (_request, response) => {
      response.writeHead(200)
      while (!response.destroyed) {
        response.write(' ')
        await delay(20)
      }
    })
    const startedMs = performance.now()
    const outcome = fetchOne(openSource(portal, { timeoutMs: 250 }))
    await expect(outcome).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT', kind: 'transient' })
    expect(performance.now() - startedMs).toBeLessThan(2_000)
  })

  it('ends a request that gets no answer at all', async () => {
    const portal = await startPortal(() => {})
    const outcome = fetchOne(openSource(portal, { timeoutMs: 100 }))
    await expect(outcome).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT', kind: 'transient' })
  })

  it('leaves an error its status when only its body drips', async () => {
    const portal = await startPortal((_request, response) => {
      response.writeHead(503)
      response.write('{"mess')
    })
    const outcome = fetchOne(openSource(portal, { timeoutMs: 200 }))
    await expect(outcome).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' })
  })
})

describe('a signal that fires', () => {
  const INTERRUPTED = { code: 'INTERRUPTED', kind: 'interrupted' }

  it('sends nothing when it fired before', async () => {
    const portal = await startPortal((_request, response) => sendJson(response, []))
    await expect(openSource(portal).fetchPage(PAGE, AbortSignal.abort())).rejects.toMatchObject(INTERRUPTED)
    expect(portal.requests).toHaveLength(0)
  })

  it.each([
    ['before the headers', false],
    ['in the middle of the body', true],
  ])('interrupts a request %s', async (_case, hasBody) => {
    const stop = new AbortController()
    const portal = await startPortal((_request, response) => {
      if (hasBody) response.writeHead(200).write('[{"name":')
      setTimeout(() => stop.abort(), 30)
    })
    await expect(openSource(portal).fetchPage(PAGE, stop.signal)).rejects.toMatchObject(INTERRUPTED)
  })
})

describe('closing a source', () => {
  it('interrupts what is under way and refuses what comes later, and may be done twice', async () => {
    const arrived = Promise.withResolvers<void>()
    const portal = await startPortal(() => arrived.resolve())
    const source = openSource(portal)
    const outcome = expect(fetchOne(source)).rejects.toMatchObject({ kind: 'interrupted' })
    await arrived.promise
    await source.close()
    await source.close()
    await outcome
    await expect(source.describe(neverStop)).rejects.toMatchObject({ kind: 'interrupted' })
  })

  it('may happen before anything was asked', async () => {
    const portal = await startPortal(() => {})
    await openSource(portal).close()
    expect(portal.requests).toHaveLength(0)
  })

  it('leaves no connection behind', async () => {
    const portal = await startPortal((_request, response) => sendJson(response, []))
    const source = openSource(portal)
    await fetchOne(source)
    await fetchOne(source)
    const sockets = new Set(portal.requests.map((request) => request.socket))
    expect(sockets.size, 'connections are kept alive').toBe(1)
    const closed = new Promise((resolve) => portal.requests[0]?.socket.once('close', resolve))
    await source.close()
    await closed
  })
})
