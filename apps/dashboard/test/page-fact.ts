import type { PageFact } from '../src/reads/read-page-facts.ts'

/** A page that was stored at once by the first worker, unless told otherwise. */
export const pageFact = (changes: Partial<PageFact> = {}): PageFact => ({
  pageNo: 0,
  state: 'done',
  wasRetried: false,
  lostTries: 0,
  worker: 'host:1',
  rowCount: 100,
  fetchMs: 0,
  loadMs: 0,
  changedMs: 1_000,
  ...changes,
})
