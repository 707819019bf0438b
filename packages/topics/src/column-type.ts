/** What a column stores, parsed from the `type` text of a topic file. Lengths in characters, digits in decimal digits. */
export type ColumnType =
  | { readonly kind: 'varchar'; readonly charsMax: number }
  | { readonly kind: 'text' | 'mediumtext' | 'longtext' }
  | { readonly kind: 'int' | 'bigint' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'double' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'date' }
  | { readonly kind: 'datetime' }
  | { readonly kind: 'json' }

const PLAIN_KINDS = [
  'text',
  'mediumtext',
  'longtext',
  'int',
  'bigint',
  'double',
  'boolean',
  'date',
  'datetime',
  'json',
] as const
type PlainKind = (typeof PLAIN_KINDS)[number]

/** What a `type` may be, for messages and the JSON Schema. */
export const COLUMN_TYPE_TEXTS = ['varchar(1..16383)', 'decimal(1..65,0..30)', ...PLAIN_KINDS] as const

/** A pattern that every valid `type` text matches; ranges are checked by {@link parseColumnType}. */
export const COLUMN_TYPE_PATTERN = `^(varchar\\(\\d{1,5}\\)|decimal\\(\\d{1,2},\\s?\\d{1,2}\\)|${PLAIN_KINDS.join('|')})$`

const isPlainKind = (text: string): text is PlainKind => (PLAIN_KINDS as readonly string[]).includes(text)

/** The column type a text names, or undefined where it names none of {@link COLUMN_TYPE_TEXTS}. */
export function parseColumnType(text: string): ColumnType | undefined {
  if (isPlainKind(text)) return { kind: text }
  const varchar = /^varchar\((\d{1,5})\)$/.exec(text)
  if (varchar) return parseVarchar(Number(varchar[1]))
  const decimal = /^decimal\((\d{1,2}),\s?(\d{1,2})\)$/.exec(text)
  if (decimal) return parseDecimal(Number(decimal[1]), Number(decimal[2]))
  return undefined
}

function parseVarchar(charsMax: number): ColumnType | undefined {
  return charsMax >= 1 && charsMax <= 16_383 ? { kind: 'varchar', charsMax } : undefined
}

function parseDecimal(precision: number, scale: number): ColumnType | undefined {
  const fits = precision >= 1 && precision <= 65 && scale <= 30 && scale <= precision
  return fits ? { kind: 'decimal', precision, scale } : undefined
}
