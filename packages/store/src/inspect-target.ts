import type { Queryable } from '@gather/ledger'
import { SYSTEM_COLUMNS, type Topic } from '@gather/topics'
import { quoteName } from './sql-names.ts'
import { hasCheck, parseTableDefinition, type TableDefinition } from './table-definition.ts'
import { DEFAULT_TABLE_OPTIONS } from './table-sql.ts'

/** What stands where a topic's rows are to go. */
export interface TargetState {
  readonly exists: boolean
  readonly rowCount: number
  /** Highest primary key, 0 for an empty table. */
  readonly keyMax: number
  /** False for a predecessor's table, which lacks the columns that identify a row: only a table swap can fill it. */
  readonly mergeable: boolean
  readonly definition: TableDefinition
  /** Why a table swap would lose something, each with what to do; empty when it is safe. */
  readonly problems: readonly string[]
}

const MISSING: TargetState = {
  exists: false,
  rowCount: 0,
  keyMax: 0,
  mergeable: true,
  definition: { columns: [], keys: [], constraints: [], options: DEFAULT_TABLE_OPTIONS, partitioned: false },
  problems: [],
}

/** Looks at a topic's target table; changes nothing. */
export async function inspectTarget(database: Queryable, schema: string, topic: Topic): Promise<TargetState> {
  const table = topic.target.table
  const [found] = await database.rows<{ type: string }>(
    'SELECT TABLE_TYPE AS type FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?',
    [schema, table],
  )
  if (found === undefined) return MISSING
  if (found.type !== 'BASE TABLE')
    return {
      ...MISSING,
      exists: true,
      problems: [`it is a ${found.type.toLowerCase()}, not a table: name another one in the topic file`],
    }
  const definition = await readDefinition(database, table)
  const columns = new Set(definition.columns)
  const wanted = [
    topic.keyColumn,
    ...topic.columns.map((column) => column.name),
    ...Object.values(SYSTEM_COLUMNS),
  ]
  const adopts = !columns.has(SYSTEM_COLUMNS.rowId)
  const [size] = await database.rows<{ rowCount: number; keyMax: number | string }>(
    `SELECT COUNT(*) AS rowCount, ${columns.has(topic.keyColumn) ? `COALESCE(MAX(${quoteName(topic.keyColumn)}), 0)` : '0'} AS keyMax
     FROM ${quoteName(table)}`,
  )
  return {
    exists: true,
    rowCount: size?.rowCount ?? 0,
    keyMax: Number(size?.keyMax ?? 0),
    mergeable: wanted.every((name) => columns.has(name)),
    definition: adopts ? { ...definition, options: DEFAULT_TABLE_OPTIONS } : definition,
    problems: [
      ...definitionProblems(definition, wanted, adopts),
      ...(await triggerProblems(database, schema, table)),
      ...(await foreignKeyProblems(database, schema, table)),
    ],
  }
}

async function readDefinition(database: Queryable, table: string): Promise<TableDefinition> {
  const [row] = await database.rows<Record<string, string>>(`SHOW CREATE TABLE ${quoteName(table)}`)
  return parseTableDefinition(row?.['Create Table'] ?? '')
}

function definitionProblems(
  definition: TableDefinition,
  wanted: readonly string[],
  adopts: boolean,
): string[] {
  const own = definition.columns.filter((name) => !wanted.includes(name))
  const problems: string[] = []
  if (own.length > 0)
    problems.push(
      `it has columns that the topic does not know (${own.join(', ')}): drop them or add them to the topic file`,
    )
  if (definition.partitioned)
    problems.push('it is partitioned: remove the partitioning (ALTER TABLE … REMOVE PARTITIONING)')
  if (definition.constraints.some(hasCheck)) problems.push('it has CHECK constraints: drop them')
  if (!/ENGINE=InnoDB/i.test(definition.options))
    problems.push('its engine knows no transactions: ALTER TABLE … ENGINE=InnoDB')
  if (!adopts && !/CHARSET=utf8mb4/i.test(definition.options)) {
    problems.push('its character set can not hold every text: ALTER TABLE … CONVERT TO CHARACTER SET utf8mb4')
  }
  return problems
}

async function triggerProblems(database: Queryable, schema: string, table: string): Promise<string[]> {
  const triggers = await database.rows<{ name: string }>(
    `SELECT TRIGGER_NAME AS name FROM information_schema.TRIGGERS
     WHERE EVENT_OBJECT_SCHEMA = ? AND EVENT_OBJECT_TABLE = ? ORDER BY name`,
    [schema, table],
  )
  const names = triggers.map((trigger) => trigger.name)
  return names.length === 0
    ? []
    : [`it has triggers (${names.join(', ')}), which would stay with the old table: drop them`]
}

async function foreignKeyProblems(database: Queryable, schema: string, table: string): Promise<string[]> {
  const keys = await database.rows<{ name: string; child: string }>(
    `SELECT CONSTRAINT_NAME AS name, TABLE_NAME AS child FROM information_schema.REFERENTIAL_CONSTRAINTS
     WHERE CONSTRAINT_SCHEMA = ? AND (TABLE_NAME = ? OR REFERENCED_TABLE_NAME = ?)
     ORDER BY name`,
    [schema, table, table],
  )
  if (keys.length === 0) return []
  return [
    `foreign keys point from or to it (${keys.map((key) => `${key.child}.${key.name}`).join(', ')}): drop them`,
  ]
}
