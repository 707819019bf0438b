import { type BareCrew, openBareCrew, type PageRange } from './bare-crew.ts'
import { runStatements, splitKeys } from './published-table.ts'
import type { Yardstick, YardstickSetup } from './yardstick.ts'

const UNINDEXED = 'bare_load'

/**
 * The same pages by as many processes and connections, with nothing that makes an import safe: no ledger, queue, digest,
 * transaction or comparison. Afterwards the same indexes and a rename.
 */
export async function bareYardstick(setup: YardstickSetup): Promise<Yardstick> {
  const crew = await openBareCrew(setup.workerCount, {
    portalUrl: setup.topic.source.url,
    databaseUrl: setup.arena.yardstickUrl,
    table: UNINDEXED,
    slotCount: setup.concurrency,
  })
  return { name: 'bare', loadsAll: true, load: () => loadBare(crew, setup), close: () => crew.close() }
}

/** Milliseconds from the first request to the rename. */
async function loadBare(crew: BareCrew, setup: YardstickSetup): Promise<number> {
  const { arena, topic, definition } = setup
  const { table } = topic.target
  const { bare, keys } = splitKeys(definition)
  await runStatements(arena.yardstick, [bare.replace(`\`${table}\``, `\`${UNINDEXED}\``)])
  const startMs = performance.now()
  await crew.load(listPages(setup))
  await runStatements(arena.yardstick, [
    `ALTER TABLE \`${UNINDEXED}\` ${keys.map((key) => `ADD ${key}`).join(', ')}`,
    `RENAME TABLE \`${UNINDEXED}\` TO \`${table}\``,
  ])
  return performance.now() - startMs
}

function listPages({ rowCount, topic }: YardstickSetup): PageRange[] {
  const { pageRows } = topic
  return Array.from({ length: Math.ceil(rowCount / pageRows) }, (_, pageNo) => ({
    offset: pageNo * pageRows,
    limit: Math.min(pageRows, rowCount - pageNo * pageRows),
  }))
}
