import type { RunRecord } from '@gather/ledger'
import type { PageAtWork } from '@gather/queue'
import type { PageFact } from './reads/read-page-facts.ts'

/** The states of a page as the map shows them: what ledger and queue know together. */
export const CELL_STATES = [
  { letter: 'w', name: 'waiting' },
  { letter: 'a', name: 'waiting again', hint: 'a try failed' },
  { letter: 'f', name: 'fetching' },
  { letter: 'l', name: 'loading' },
  { letter: 'd', name: 'done' },
  { letter: 'r', name: 'retried', hint: 'done after a failed try' },
  { letter: 'x', name: 'failed' },
] as const

export type CellState = (typeof CELL_STATES)[number]
export type CellLetter = CellState['letter']

/** Numbers of the pages of a run's generation that workers are storing just now. */
export function loadingPages(
  { runId, generation }: { readonly runId: string; readonly generation: number },
  atWork: readonly PageAtWork[],
): ReadonlySet<number> {
  return new Set(
    atWork
      .filter((page) => page.runId === runId && page.generation === generation && page.step === 'loading')
      .map((page) => page.pageNo),
  )
}

/** Whether the run's pages are being worked at. */
export const isLoadingPages = ({ state, movedReason }: Pick<RunRecord, 'state' | 'movedReason'>): boolean =>
  state === 'loading' && movedReason === null

/** @param isLoading - see {@link isLoadingPages}: else a claimed page is only one that was left */
export function cellOf(
  page: Pick<PageFact, 'pageNo' | 'state' | 'wasRetried'>,
  isLoading: boolean,
  loading: ReadonlySet<number>,
): CellLetter {
  if (page.state === 'failed') return 'x'
  if (page.state === 'done') return page.wasRetried ? 'r' : 'd'
  if (page.state === 'claimed' && isLoading) return loading.has(page.pageNo) ? 'l' : 'f'
  return page.wasRetried ? 'a' : 'w'
}

/** One letter a page, in the order of the pages. */
export const drawCells = (
  pages: readonly PageFact[],
  isLoading: boolean,
  loading: ReadonlySet<number>,
): string => pages.map((page) => cellOf(page, isLoading, loading)).join('')

/** How many cells each letter has. */
export function countCells(cells: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const letter of cells) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  return counts
}
