import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Database } from '../src/index.ts'
import { type Greed, type RogueServer, startRogueServer } from './rogue-server.ts'

const SECRET = 'the content of a private file'
const BODY = Buffer.from('1\tour own page\n')
const LOAD = "LOAD DATA LOCAL INFILE 'page' INTO TABLE t"

let folder: string
let server: RogueServer | undefined
let database: Database | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gather-rogue-'))
  writeFileSync(join(folder, 'private'), SECRET)
})
afterEach(async () => {
  await database?.close()
  await server?.close()
  rmSync(folder, { recursive: true })
})

async function connect(greed: Greed): Promise<{ server: RogueServer; database: Database }> {
  server = await startRogueServer(join(folder, 'private'), greed)
  database = new Database({ url: server.url, connectionsMax: 1 })
  return { server, database }
}

describe('a server that asks for a file of this machine', () => {
  it.each<[string, (database: Database) => Promise<unknown>]>([
    ['a query', (opened) => opened.rows('SELECT 1')],
    ['a write', (opened) => opened.write('DELETE FROM t')],
    ['a transaction', (opened) => opened.transaction(async (session) => session.rows('SELECT 1'))],
    ['a statement that looks like a load', (opened) => opened.write(LOAD)],
  ])('gets nothing at %s, and the statement fails', async (_what, work) => {
    const rogue = await connect('statement')
    await expect(work(rogue.database)).rejects.toMatchObject({ name: 'Fault' })
    expect(rogue.server.askedCount()).toBe(1)
    expect(rogue.server.received().includes(SECRET)).toBe(false)
  })

  it('S8: is not spoken to again on the connection on which it asked', async () => {
    const rogue = await connect('statement')
    for (const connectionCount of [1, 2, 3]) {
      await expect(rogue.database.rows('SELECT 1')).rejects.toMatchObject({ name: 'Fault' })
      expect(rogue.server.connectionCount()).toBe(connectionCount)
    }
  })

  it('gets nothing while we log in', async () => {
    const rogue = await connect('login')
    await expect(rogue.database.rows('SELECT 1')).rejects.toMatchObject({ name: 'Fault' })
    expect(rogue.server.askedCount()).toBe(1)
    expect(rogue.server.received().includes(SECRET)).toBe(false)
  })

  it('gets the page at a load, whatever path it asks for', async () => {
    const rogue = await connect('statement')
    await rogue.database.withSession((session) => session.load(LOAD, BODY))
    expect(rogue.server.received().includes(SECRET)).toBe(false)
    expect(rogue.server.received().includes(BODY)).toBe(true)
  })

  it('gets the page once: asking a second time in the same load fails it', async () => {
    const rogue = await connect('statement twice')
    const loaded = rogue.database.withSession((session) => session.load(LOAD, BODY))
    await expect(loaded).rejects.toMatchObject({ name: 'Fault' })
    expect(rogue.server.askedCount()).toBe(2)
    const received = rogue.server.received()
    expect(received.includes(SECRET)).toBe(false)
    expect(received.indexOf(BODY)).toBe(received.lastIndexOf(BODY))
  })
})
