import type { Database } from '@gather/ledger'
import { MysqlStore, type TableDigest } from '@gather/store'
import type { Topic } from '@gather/topics'

/** The server's own statement for the table that the product has published. */
export async function readDefinition(database: Database, topic: Topic): Promise<string> {
  const [row] = await database.rows<Record<string, string>>(
    `SHOW CREATE TABLE \`${database.schema}\`.\`${topic.target.table}\``,
  )
  return row?.['Create Table'] ?? ''
}

/** A definition in two parts: the table with its primary key alone, and the other keys. */
export interface SplitDefinition {
  readonly bare: string
  /** Such as `` KEY `a_b` (`a`,`b`) ``. */
  readonly keys: readonly string[]
}

export function splitKeys(definition: string): SplitDefinition {
  const lines = definition.split('\n')
  const isKey = (line: string) => /^\s*(UNIQUE |FULLTEXT |SPATIAL )?KEY /.test(line)
  const keys = lines.filter(isKey).map((line) => line.trim().replace(/,$/, ''))
  const bare = lines.filter((line) => !isKey(line)).join('\n')
  return { bare: bare.replace(/,\n\)/, '\n)'), keys }
}

/** Count and digest of the topic's table in the schema of `database`, computed by the server. */
export function digestTable(database: Database, topic: Topic): Promise<TableDigest> {
  return database.withOwnSession(async (session) => {
    await session.write(`USE \`${database.schema}\``)
    return new MysqlStore(database).digestTarget(session, topic)
  })
}

/** Runs statements that name no schema in that of `database`. */
export async function runStatements(database: Database, statements: readonly string[]): Promise<void> {
  await database.withOwnSession(async (session) => {
    await session.write(`USE \`${database.schema}\``)
    for (const statement of statements) await session.write(statement)
  })
}
