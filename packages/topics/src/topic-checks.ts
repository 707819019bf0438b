import { parseColumnType } from './column-type.ts'
import type { ParsedDefinition } from './topic-definition.ts'

/** Bytes all VARCHAR columns of one row may take on MySQL and MariaDB together, our own columns set aside. */
const ROW_BYTES_MAX = 65_000
const BYTES_PER_CHAR = 4
const LEDGER_TABLES = [
  'import_log',
  'import_run',
  'import_page',
  'import_deletion',
  'import_schedule',
  'schema_migration',
]

/** What one schema of single fields can't see: names that clash, references to columns that are not there, row size. */
export function checkColumns(definition: ParsedDefinition): string[] {
  return [
    ...checkTable(definition),
    ...checkNames(definition),
    ...checkFields(definition),
    ...checkReferences(definition),
    ...checkCursor(definition),
    ...checkRowSize(definition),
    ...checkPageSize(definition),
  ]
}

function checkTable({ target }: ParsedDefinition): string[] {
  return LEDGER_TABLES.includes(target.table)
    ? [`target.table: ${target.table} belongs to the ledger; take another name`]
    : []
}

function checkNames({ columns, target }: ParsedDefinition): string[] {
  const reserved = ['source_row_id', 'source_updated_at', `${target.table}_id`]
  return reserved
    .filter((name) => Object.hasOwn(columns, name))
    .map((name) => `columns.${name}: this name is filled by the importer; take another`)
}

function checkFields({ columns }: ParsedDefinition): string[] {
  const seen = new Set<string>()
  const mistakes: string[] = []
  for (const [name, { from }] of Object.entries(columns)) {
    if (seen.has(from)) mistakes.push(`columns.${name}.from: the field ${from} is stored twice`)
    seen.add(from)
  }
  return mistakes
}

function checkReferences({ columns, incremental, indexes }: ParsedDefinition): string[] {
  const named: (readonly [path: string, column: string])[] = indexes.flatMap((index, position) =>
    index.map((column) => [`indexes.${position}`, column] as const),
  )
  if (incremental.strategy === 'cursor') {
    named.push(['incremental.column', incremental.column])
    for (const column of incremental.key ?? []) named.push(['incremental.key', column])
  }
  return named
    .filter(([, column]) => !Object.hasOwn(columns, column))
    .map(
      ([path, column]) =>
        `${path}: there is no column ${column}; columns are ${Object.keys(columns).join(', ')}`,
    )
}

function checkCursor({ columns, incremental }: ParsedDefinition): string[] {
  if (incremental.strategy !== 'cursor') return []
  const kind = parseColumnType(columns[incremental.column]?.type ?? '')?.kind
  if (kind === undefined) return []
  const ordered = ['date', 'datetime', 'int', 'bigint', 'decimal'].includes(kind)
  if (!ordered)
    return [
      `incremental.column: ${incremental.column} is ${kind}; a cursor needs a date, datetime, int, bigint or decimal`,
    ]
  const hasDays = kind === 'date' || kind === 'datetime'
  return incremental.lookback_days > 0 && !hasDays
    ? [`incremental.lookback_days: needs a date or datetime column, ${incremental.column} is ${kind}`]
    : []
}

function checkRowSize({ columns }: ParsedDefinition): string[] {
  let rowBytes = 0
  for (const { type } of Object.values(columns)) {
    const parsed = parseColumnType(type)
    rowBytes += parsed?.kind === 'varchar' ? parsed.charsMax * BYTES_PER_CHAR + 2 : 20
  }
  return rowBytes > ROW_BYTES_MAX
    ? [
        `columns: a row could take ${rowBytes} bytes, the database allows ${ROW_BYTES_MAX}; make the longest varchar columns text`,
      ]
    : []
}

/** Bytes of one row that InnoDB must find room for in a page of 16 kB; longer texts leave a pointer there. */
const IN_PAGE_BYTES_MAX = 8_000
const POINTER_BYTES = 41
const IN_PAGE_CHARS_MAX = 63

function checkPageSize({ columns }: ParsedDefinition): string[] {
  const inPageBytes = Object.values(columns).reduce((sum, { type }) => sum + inPageBytesOf(type), 0)
  return inPageBytes > IN_PAGE_BYTES_MAX
    ? [
        `columns: a row would keep ${inPageBytes} bytes in its database page, which holds ${IN_PAGE_BYTES_MAX}; make short varchar columns varchar(64) or longer (the database keeps those elsewhere), or leave columns out`,
      ]
    : []
}

function inPageBytesOf(typeText: string): number {
  const type = parseColumnType(typeText)
  if (type?.kind === 'varchar' && type.charsMax <= IN_PAGE_CHARS_MAX)
    return type.charsMax * BYTES_PER_CHAR + 1
  if (type?.kind === 'decimal') return Math.ceil((type.precision + 2) / 2)
  const isText = type?.kind === 'varchar' || type?.kind === 'json' || type?.kind.endsWith('text')
  return isText ? POINTER_BYTES : 8
}
