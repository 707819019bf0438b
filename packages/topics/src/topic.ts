import { Fault } from '@gather/platform'
import type { z } from 'zod'
import { checkCharts } from './chart-checks.ts'
import type { TopicChart } from './chart-definition.ts'
import { type ColumnType, parseColumnType } from './column-type.ts'
import { checkColumns } from './topic-checks.ts'
import { type ParsedDefinition, type TopicDefinition, topicDefinitionSchema } from './topic-definition.ts'

export interface TopicColumn {
  readonly name: string
  /** The portal's field name. */
  readonly from: string
  readonly type: ColumnType
  readonly nullable: boolean
}

export type IncrementalStrategy = ParsedDefinition['incremental']

/** A data set we import: a validated topic file. */
export interface Topic {
  readonly name: string
  readonly source: ParsedDefinition['source']
  readonly target: ParsedDefinition['target']
  /** The target's primary key, filled by us. */
  readonly keyColumn: string
  readonly pageRows: number
  /** Share of the target's rows below which a source is refused, 0 to 1. */
  readonly shrinkLimit: number
  readonly incremental: IncrementalStrategy
  readonly indexes: readonly (readonly string[])[]
  /** In the order of the file, which is the order of the table. */
  readonly columns: readonly TopicColumn[]
  /** Shown on the dashboard; no part of {@link Topic.definition}, as no import depends on them. */
  readonly charts: readonly TopicChart[]
  /** What the file says of the import, to be kept with a run and parsed again elsewhere; another one makes the next run a full one. */
  readonly definition: Omit<TopicDefinition, 'charts'>
}

/** Columns that every target table carries besides the topic's own. */
export const SYSTEM_COLUMNS = { rowId: 'source_row_id', updatedAt: 'source_updated_at' } as const

/**
 * A topic from the content of its file.
 * @param origin - the file's path, for messages
 * @throws Fault `TOPIC_INVALID` (terminal): one line per mistake, with file, path and what is allowed
 */
export function parseTopic(input: unknown, origin: string): Topic {
  const result = topicDefinitionSchema.safeParse(input)
  if (!result.success) throw invalidTopic(origin, result.error.issues.map(describeIssue))
  const { charts, ...definition } = result.data
  const mistakes = [...checkColumns(result.data), ...checkCharts(result.data)]
  if (mistakes.length > 0) throw invalidTopic(origin, mistakes)
  return {
    name: definition.topic,
    source: definition.source,
    target: definition.target,
    keyColumn: `${definition.target.table}_id`,
    pageRows: definition.page_rows,
    shrinkLimit: definition.shrink_limit,
    incremental: definition.incremental,
    indexes: definition.indexes,
    columns: Object.entries(definition.columns).map(([name, column]) => toColumn(name, column)),
    charts,
    definition,
  }
}

function toColumn(name: string, column: ParsedDefinition['columns'][string]): TopicColumn {
  const type = parseColumnType(column.type)
  if (type === undefined)
    throw invalidTopic(name, [`columns.${name}.type: "${column.type}" is not a column type`])
  return { name, from: column.from, type, nullable: column.null }
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join('.')
  return `${path || 'the file'}: ${issue.message}`
}

/** One `TOPIC_INVALID` fault for all mistakes of a file. */
export function invalidTopic(origin: string, mistakes: readonly string[], cause?: unknown): Fault {
  return new Fault({
    code: 'TOPIC_INVALID',
    kind: 'terminal',
    message: `topic file ${origin}: ${mistakes.join('; ')}`,
    cause,
  })
}
