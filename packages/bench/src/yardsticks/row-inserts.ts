import { Agent } from 'node:http'
import { quoteNames, storedColumns } from '@gather/store'
import mysql from 'mysql2/promise'
import { fetchPage, pageUrl } from './fetch-page.ts'
import { runStatements } from './published-table.ts'
import { createRowReader } from './tab-rows.ts'
import type { Yardstick, YardstickSetup } from './yardstick.ts'

const SAMPLE_ROWS = 5_000

/** One INSERT for each row, each its own transaction, as the predecessor did: a sample, scaled up. */
export async function rowsYardstick(setup: YardstickSetup): Promise<Yardstick> {
  const rows = await sampleRows(setup, SAMPLE_ROWS)
  const scale = setup.rowCount / rows.length
  return { name: 'rows', loadsAll: false, load: async () => (await insertEach(setup, rows)) * scale }
}

/** The first rows of the portal as values with a key in front. */
export async function sampleRows(
  { topic, rowCount }: YardstickSetup,
  count: number,
): Promise<(string | number | null)[][]> {
  const agent = new Agent({ keepAlive: true })
  const read = createRowReader(topic)
  const sampleCount = Math.min(rowCount, count)
  const rows: (string | number | null)[][] = []
  for (let offset = 0; offset < sampleCount; offset += topic.pageRows) {
    const limit = Math.min(topic.pageRows, sampleCount - offset)
    const page = await fetchPage(pageUrl(topic, offset, limit), agent)
    rows.push(...page.map((row, place) => [offset + place + 1, ...read(row)]))
  }
  agent.destroy()
  return rows
}

async function insertEach(
  { arena, topic, definition }: YardstickSetup,
  rows: readonly (string | number | null)[][],
): Promise<number> {
  await runStatements(arena.yardstick, [definition])
  const names = storedColumns(topic)
  const sql = `INSERT INTO \`${topic.target.table}\` (${quoteNames(names)}) VALUES (${names.map(() => '?').join(', ')})`
  const connection = await mysql.createConnection(arena.yardstickUrl)
  try {
    const startMs = performance.now()
    for (const row of rows) await connection.query(sql, row)
    return performance.now() - startMs
  } finally {
    await connection.end()
  }
}
