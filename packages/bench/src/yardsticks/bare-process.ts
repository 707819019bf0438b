/** A process of the bare load: pages as its parent tells them, as many at a time as it has slots, until the parent is gone. */
import { Agent } from 'node:http'
import { Readable } from 'node:stream'
import { loadTopic } from '@gather/topics'
import mysql, { type Connection } from 'mysql2/promise'
import { TOPIC } from '../product/product-env.ts'
import type { BareAnswer, BareOrder, BareSetUp } from './bare-messages.ts'
import { fetchPage, pageUrl } from './fetch-page.ts'
import { createRowReader, encodeTabRows, loadTabRowsSql } from './tab-rows.ts'

type LoadPage = (connection: Connection, offset: number, limit: number) => Promise<void>

const idle: Connection[] = []
let loadPage: LoadPage | undefined

const answer = (message: BareAnswer): void => void process.send?.(message)

async function setUp({ portalUrl, databaseUrl, table, slotCount }: BareSetUp): Promise<void> {
  const builtIn = loadTopic(TOPIC)
  const topic = { ...builtIn, source: { ...builtIn.source, url: portalUrl } }
  const agent = new Agent({ keepAlive: true })
  const read = createRowReader(topic)
  const sql = loadTabRowsSql(topic, table, 'page')
  loadPage = async (connection, offset, limit) => {
    const rows = await fetchPage(pageUrl(topic, offset, limit), agent)
    const lines = encodeTabRows(read, rows, offset + 1)
    const infileStreamFactory = () => Readable.from(lines, { objectMode: false })
    await connection.query({ sql, infileStreamFactory })
  }
  while (idle.length < slotCount) idle.push(await mysql.createConnection(databaseUrl))
  answer({ kind: 'ready' })
}

async function load(offset: number, limit: number): Promise<void> {
  const connection = idle.pop()
  if (connection === undefined || loadPage === undefined) throw new Error('no slot is free')
  await loadPage(connection, offset, limit)
  idle.push(connection)
  answer({ kind: 'loaded' })
}

process.on('message', (order: BareOrder) => {
  const work = order.kind === 'setUp' ? setUp(order.setUp) : load(order.offset, order.limit)
  work.catch((error: unknown) => answer({ kind: 'failed', reason: String(error) }))
})
process.on('disconnect', () => process.exit(0))
