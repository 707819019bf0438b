/** The parts of a `SHOW CREATE TABLE` that a table swap must carry over or refuse. */
export interface TableDefinition {
  readonly columns: readonly string[]
  /** Whole definitions of the keys besides the primary key, as the server writes them. */
  readonly keys: readonly string[]
  /** Whole definitions of foreign keys and checks; MariaDB writes the check of a column with the column. */
  readonly constraints: readonly string[]
  /** Engine, character set, row format, comment: what follows the closing parenthesis. */
  readonly options: string
  readonly partitioned: boolean
}

const NAME = /^`((?:[^`]|``)+)`/
const KEY_NAME = /(?:KEY|INDEX) `((?:[^`]|``)+)`/
const PARTITIONS = /\s*(\/\*!\d+\s+)?PARTITION BY/

/** The text with its names and quoted texts blanked out, in the same places: a comment may hold anything. */
const blankQuoted = (text: string): string =>
  text.replace(/`(?:[^`]|``)*`|'(?:[^'\\]|''|\\.)*'/g, (quoted) => '_'.repeat(quoted.length))

/** True for a definition that holds a CHECK. */
export const hasCheck = (definition: string): boolean => / CHECK \(/.test(blankQuoted(definition))

/** Reads the server's own text of a table. */
export function parseTableDefinition(createTable: string): TableDefinition {
  const lines = createTable.split('\n')
  const end = lines.findLastIndex((line) => line.startsWith(')'))
  const parts = lines.slice(1, end).map((line) => line.trim().replace(/,$/, ''))
  const tail = lines.slice(end).join('\n').slice(1).trim()
  const partitions = blankQuoted(tail).search(PARTITIONS)
  const options = partitions < 0 ? tail : tail.slice(0, partitions)
  return {
    columns: parts.flatMap((part) => NAME.exec(part)?.[1]?.replaceAll('``', '`') ?? []),
    keys: parts.filter((part) => /^(UNIQUE |FULLTEXT |SPATIAL |VECTOR )?(KEY|INDEX) /.test(part)),
    constraints: parts.filter((part) => /^(CONSTRAINT|CHECK|PERIOD) /.test(part) || hasCheck(part)),
    options: options.replace(/ AUTO_INCREMENT=\d+/, ''),
    partitioned: partitions >= 0,
  }
}

/** The name of a key definition, as it stands between its quotes. */
export const keyName = (key: string): string => KEY_NAME.exec(key)?.[1] ?? ''

/** The list of columns of a key definition, quoted, such as `` `a`,`b` ``; what two keys on the same columns share. */
export function keyColumnsText(key: string): string {
  const bare = blankQuoted(key)
  const start = bare.indexOf('(')
  let depth = 0
  for (let place = start; place >= 0 && place < bare.length; place++) {
    if (bare[place] === '(') depth++
    if (bare[place] === ')') depth--
    if (depth === 0) return key.slice(start + 1, place).replaceAll(/\s/g, '')
  }
  return ''
}
