/**
 * Where rows go: the `Store` contract, its MySQL and MariaDB implementation, the encoder and the digest. Knows no HTTP and
 * no queue; a page's done mark is written through the ledger in the page's own transaction.
 * @packageDocumentation
 */
export { CHART_CELLS_MAX, type ChartFigures } from './chart-figures.ts'
export type { ColumnDifference } from './compare-row.ts'
export type { TableDigest } from './digest-table.ts'
export { digestPage, ENCODER_VERSION, type EncodedPage, encodePage } from './encode-page.ts'
export type { TargetState } from './inspect-target.ts'
export type { MergeCounts } from './merge-rows.ts'
export type { MirrorCounts } from './mirror-rows.ts'
export { MysqlStore } from './mysql-store.ts'
export { type ChartReading, readChart } from './read-chart.ts'
export { oldTableName, quoteNames, stagingName } from './sql-names.ts'
export type { PageMeasures, Rollback, RunTables, Store } from './store.ts'
export { targetRefused } from './store-faults.ts'
export { columnTypeSql, storedColumns } from './table-sql.ts'
export type { RangeCounts, TargetBucket, TargetRange, TargetRowId } from './target-times.ts'
