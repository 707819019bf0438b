import { type ColumnType, SYSTEM_COLUMNS, type Topic } from '@gather/topics'
import { quoteName, quoteNames } from './sql-names.ts'

/** What a new table gets where there is no target to take it from. */
export const DEFAULT_TABLE_OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin'
const INDEX_NAME_MAX = 64

/** The SQL type of a column. */
export function columnTypeSql(type: ColumnType): string {
  switch (type.kind) {
    case 'varchar':
      return `VARCHAR(${type.charsMax})`
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`
    case 'boolean':
      return 'TINYINT(1)'
    case 'datetime':
      return 'DATETIME(3)'
    case 'json':
      return 'LONGTEXT'
    default:
      return type.kind.toUpperCase()
  }
}

/** `CREATE TABLE IF NOT EXISTS` of a topic's columns; `keys` are whole key definitions besides the primary key. */
export function createTableSql(
  table: string,
  topic: Topic,
  keys: readonly string[],
  options: string,
): string {
  const columns = topic.columns.map(
    ({ name, type, nullable }) =>
      `${quoteName(name)} ${columnTypeSql(type)} ${nullable ? 'NULL' : 'NOT NULL'}`,
  )
  const parts = [
    `${quoteName(topic.keyColumn)} BIGINT UNSIGNED NOT NULL`,
    ...columns,
    `${quoteName(SYSTEM_COLUMNS.rowId)} VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL`,
    `${quoteName(SYSTEM_COLUMNS.updatedAt)} DATETIME(3) NULL`,
    `PRIMARY KEY (${quoteName(topic.keyColumn)})`,
    ...keys,
  ]
  return `CREATE TABLE IF NOT EXISTS ${quoteName(table)} (\n  ${parts.join(',\n  ')}\n) ${options}`
}

/** The unique key that proves that row ids are distinct. */
export const ROW_ID_KEY = `UNIQUE KEY ${quoteName(SYSTEM_COLUMNS.rowId)} (${quoteName(SYSTEM_COLUMNS.rowId)})`

/**
 * The statements that give a loaded table `keys`. The first rebuilds the table (`FORCE`): to a transaction whose snapshot is
 * older than that, it is then another table (error 1412), where it would otherwise show the rows that were loaded by then.
 * MySQL adds one full-text key at a time.
 */
export function addKeysSql(table: string, keys: readonly string[]): string[] {
  const fullText = keys.filter((key) => key.startsWith('FULLTEXT '))
  const others = keys.filter((key) => !fullText.includes(key))
  const rebuild = keys.includes(ROW_ID_KEY) ? ['FORCE'] : []
  const changes = [
    others.map((key) => `ADD ${key}`).concat(rebuild),
    ...fullText.map((key) => [`ADD ${key}`]),
  ]
  return changes
    .filter((parts) => parts.length > 0)
    .map((parts) => `ALTER TABLE ${quoteName(table)} ${parts.join(', ')}`)
}

/** Key definitions of the topic's own indexes, each under a name of its own. */
export function topicKeys(topic: Topic): string[] {
  const taken = new Set<string>([...RESERVED_KEY_NAMES, SYSTEM_COLUMNS.rowId])
  return topic.indexes.map((columns) => {
    const longText = columns.some((name) => isLongText(topic, name))
    const listed = longText ? columns.map((name) => keyPart(topic, name)).join(', ') : quoteNames(columns)
    const name = freeName(columns.join('_'), taken)
    taken.add(name)
    return `KEY ${quoteName(name)} (${listed})`
  })
}

/** What the servers allow no key to be called. */
const RESERVED_KEY_NAMES = ['primary', 'gen_clust_index']

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted.slice(0, INDEX_NAME_MAX)
  for (let number = 2; taken.has(name); number++) name = `${wanted.slice(0, INDEX_NAME_MAX - 4)}_${number}`
  return name
}

const TEXT_PREFIX_CHARS = 191

const isLongText = (topic: Topic, name: string): boolean => {
  const type = topic.columns.find((column) => column.name === name)?.type
  if (type?.kind === 'varchar') return type.charsMax > 768
  return type !== undefined && ['text', 'mediumtext', 'longtext', 'json'].includes(type.kind)
}

const keyPart = (topic: Topic, name: string): string =>
  isLongText(topic, name) ? `${quoteName(name)}(${TEXT_PREFIX_CHARS})` : quoteName(name)

/** The columns of a stored row in the order of an encoded page: key, the topic's own, row id, time of the last change. */
export const storedColumns = (topic: Topic): string[] => [
  topic.keyColumn,
  ...topic.columns.map((column) => column.name),
  SYSTEM_COLUMNS.rowId,
  SYSTEM_COLUMNS.updatedAt,
]
