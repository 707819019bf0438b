import type { BenchOptions } from '../options.ts'
import { formatNumber } from '../report/format-number.ts'

/** How large a scenario is. */
export interface Sizes {
  readonly rowCount: number
  readonly pageRows: number
  readonly workerCount: number
  readonly concurrency: number
  readonly latencyMs: number
}

/** A scenario's own sizes, where the command line names no others. */
export function readSizes(
  options: BenchOptions,
  own: Pick<Sizes, 'rowCount' | 'pageRows' | 'workerCount'> & Partial<Sizes>,
): Sizes {
  const { rowCount, pageRows, workerCount, latencyMs, concurrency } = options
  return {
    rowCount: rowCount ?? own.rowCount,
    pageRows: pageRows ?? own.pageRows,
    workerCount: workerCount ?? own.workerCount,
    concurrency,
    latencyMs: latencyMs ?? own.latencyMs ?? 0,
  }
}

/** Sizes in a line for people. */
export function describeSizes({ rowCount, pageRows, workerCount, concurrency, latencyMs }: Sizes): string {
  return [
    `${formatNumber(rowCount, 0)} rows in pages of ${formatNumber(pageRows, 0)}`,
    workerCount === 0 ? 'no worker' : `${workerCount} workers of concurrency ${concurrency}`,
    ...(latencyMs > 0 ? [`${latencyMs} ms per request`] : []),
  ].join(', ')
}
