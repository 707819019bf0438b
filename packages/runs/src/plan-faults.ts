import { Fault } from '@gather/platform'
import type { SourceDescription } from '@gather/source'
import type { Topic } from '@gather/topics'

const SHOWN_FIELDS = 40

/** @throws Fault `SOURCE_COLUMN_MISSING` (terminal): a column of the topic is not among the portal's */
export function checkFields(topic: Topic, description: SourceDescription): void {
  const fields = description.columns.map((column) => column.fieldName)
  const missing = topic.columns.filter((column) => !fields.includes(column.from))
  if (missing.length === 0) return
  const names = missing.map((column) => column.from).join(', ')
  const offered = fields.slice(0, SHOWN_FIELDS).join(', ')
  throw new Fault({
    code: 'SOURCE_COLUMN_MISSING',
    kind: 'terminal',
    message: `the data set ${topic.source.dataset} has no field ${names}; its fields are ${offered} (correct "from" in the topic file)`,
  })
}

/** @returns Fault `SOURCE_EMPTY` (terminal) */
export function sourceEmpty(topic: Topic, rowsBefore: number): Fault {
  const kept = rowsBefore > 0 ? `; the ${rowsBefore} rows of ${topic.target.table} stay` : ''
  return new Fault({
    code: 'SOURCE_EMPTY',
    kind: 'terminal',
    message: `the data set ${topic.source.dataset} is empty${kept} (planner enqueue ${topic.name} --allow-empty imports it all the same)`,
  })
}

/** @returns Fault `SOURCE_SHRUNK` (terminal) */
export function sourceShrunk(topic: Topic, rowCount: number, rowsBefore: number): Fault {
  const share = Math.round(topic.shrinkLimit * 100)
  return new Fault({
    code: 'SOURCE_SHRUNK',
    kind: 'terminal',
    message: `the data set ${topic.source.dataset} has ${rowCount} rows, under ${share} % of the ${rowsBefore} in ${topic.target.table} (planner enqueue ${topic.name} --allow-shrink imports it all the same)`,
  })
}
