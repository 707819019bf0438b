/**
 * Where a topic's rows come from: the `Source` contract and its Socrata implementation. The only package that imports an HTTP
 * client. Knows no SQL, retries nothing by itself (the queue does), holds whole verified pages in memory.
 * @packageDocumentation
 */
export { type RetryOptions, retryTransient } from './retry-transient.ts'
export { createSocrataSource, type SocrataSourceOptions } from './socrata-source.ts'
export type {
  PageRequest,
  Source,
  SourceColumn,
  SourceCount,
  SourceDescription,
  SourcePage,
  SourceRow,
  SourceVersion,
} from './source.ts'
