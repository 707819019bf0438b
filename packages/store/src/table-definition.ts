/** The parts of a `SHOW CREATE TABLE` that a table swap must carry over or refuse. */
export interface TableDefinition {
  readonly columns: readonly string[]
  /** Whole definitions of the keys besides the primary key, as the server writes them. */
  readonly keys: readonly string[]
  /** Whole definitions of foreign keys and checks. */
  readonly constraints: readonly string[]
  /** Engine, character set, row format, comment: what follows the closing parenthesis. */
  readonly options: string
  readonly partitioned: boolean
}

const NAME = /^`((?:[^`]|``)+)`/

/** Reads the server's own text of a table. */
export function parseTableDefinition(createTable: string): TableDefinition {
  const lines = createTable.split('\n')
  const end = lines.findLastIndex((line) => line.startsWith(')'))
  const parts = lines.slice(1, end).map((line) => line.trim().replace(/,$/, ''))
  const tail = lines.slice(end).join('\n').slice(1).trim()
  return {
    columns: parts.flatMap((part) => NAME.exec(part)?.[1]?.replaceAll('``', '`') ?? []),
    keys: parts.filter((part) => /^(UNIQUE |FULLTEXT |SPATIAL |VECTOR )?(KEY|INDEX) /.test(part)),
    constraints: parts.filter((part) => /^(CONSTRAINT|CHECK|PERIOD) /.test(part)),
    options: tail.replace(/\s*(\/\*!\d+\s+)?PARTITION BY[\s\S]*$/, '').replace(/ AUTO_INCREMENT=\d+/, ''),
    partitioned: /PARTITION BY/.test(tail),
  }
}

/** The list of columns of a key definition, quoted, such as `` `a`,`b` ``; what two keys on the same columns share. */
export const keyColumnsText = (key: string): string => /\((.*)\)/.exec(key)?.[1]?.replaceAll(/\s/g, '') ?? ''
