import { LIMITS } from '@gather/platform'
import { z } from 'zod'
import { chartsDefinitionSchema } from './chart-definition.ts'
import { COLUMN_TYPE_PATTERN, COLUMN_TYPE_TEXTS, parseColumnType } from './column-type.ts'

const SQL_NAME = /^[a-z][a-z0-9_]*$/
const sqlName = (charsMax: number) =>
  z
    .string()
    .regex(SQL_NAME, 'must be lower-case letters, digits and _, beginning with a letter')
    .max(charsMax, `must have at most ${charsMax} characters`)

const columnName = sqlName(60)

const column = z.strictObject({
  from: z
    .string()
    .regex(/^[a-z0-9_]+$/, "must be one of the portal's field names")
    .describe("The portal's field name."),
  type: z
    .string()
    .regex(new RegExp(COLUMN_TYPE_PATTERN), {
      error: `must be one of ${COLUMN_TYPE_TEXTS.join(', ')}`,
      abort: true,
    })
    .refine(
      (text) => parseColumnType(text) !== undefined,
      `is out of range; allowed: ${COLUMN_TYPE_TEXTS.join(', ')}`,
    )
    .describe('The SQL type. Text is stored byte-exact, numbers digit-exact.'),
  null: z.boolean().default(true).describe('Whether the column may be NULL.'),
})

const mirror = z
  .strictObject({ strategy: z.literal('mirror') })
  .describe(
    'Reads the rows that differ from the table, deletes those that are gone, and proves that nothing differs.',
  )

const full = z
  .strictObject({ strategy: z.literal('full') })
  .describe('Every run reads everything and swaps the table.')

const cursor = z
  .strictObject({
    strategy: z.literal('cursor'),
    column: columnName.describe('Reads the rows in which this column passed its stored maximum.'),
    operator: z.enum(['>', '>=']).default('>'),
    lookback_days: z.number().int().min(0).max(36_500).default(0),
    key: z
      .array(columnName)
      .min(1)
      .optional()
      .describe('Columns that identify a row; without them rows are appended.'),
  })
  .describe('Reads what is beyond the stored maximum of one column. Misses late rows, edits and deletions.')

/** The one schema of topic files: validates them and yields the JSON Schema that editors use. */
export const topicDefinitionSchema = z.strictObject({
  $schema: z.string().optional(),
  topic: sqlName(LIMITS.tableNameMax).describe('The name used on the command line.'),
  source: z.strictObject({
    kind: z.literal('socrata'),
    url: z.url('must be a URL such as https://data.seattle.gov').describe("The portal's address."),
    dataset: z
      .string()
      .regex(/^[a-z0-9]{4}-[a-z0-9]{4}$/, 'must be a data set id such as jguv-t9rb')
      .describe("The four-by-four id at the end of the data set's page address."),
  }),
  target: z.strictObject({
    store: z.literal('mysql'),
    table: sqlName(LIMITS.tableNameMax).describe('The table readers query.'),
  }),
  page_rows: z.number().int().min(1).max(LIMITS.pageRowsMax).default(10_000),
  shrink_limit: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('A source with fewer rows than this share of the target is refused without --allow-shrink.'),
  incremental: z.discriminatedUnion('strategy', [mirror, full, cursor]).default({ strategy: 'mirror' }),
  indexes: z.array(z.array(columnName).min(1)).default([]),
  columns: z
    .record(columnName, column)
    .refine((columns) => Object.keys(columns).length > 0, 'must name at least one column'),
  charts: chartsDefinitionSchema,
})

/** A topic file as written. */
export type TopicDefinition = z.input<typeof topicDefinitionSchema>
export type ParsedDefinition = z.output<typeof topicDefinitionSchema>

/** The JSON Schema of topic files. */
export function topicJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(topicDefinitionSchema, { io: 'input' }), title: 'gather-and-store topic' }
}
