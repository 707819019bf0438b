/**
 * Topics: which data set goes to which table with which columns. One schema validates the YAML files and yields the
 * JSON Schema for editors. Knows no HTTP and no SQL.
 * @packageDocumentation
 */
export type { TopicChart } from './chart-definition.ts'
export { COLUMN_TYPE_TEXTS, type ColumnType, parseColumnType } from './column-type.ts'
export { loadTopic, loadTopics } from './load-topics.ts'
export {
  type IncrementalStrategy,
  parseTopic,
  SYSTEM_COLUMNS,
  type Topic,
  type TopicColumn,
} from './topic.ts'
export { type TopicDefinition, topicJsonSchema } from './topic-definition.ts'
