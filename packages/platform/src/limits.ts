/** Every bound of the system in one table; the reason stands beside the number. Times in milliseconds, sizes in bytes. */
export const LIMITS = {
  /** Rows of one page: 50,000 is what old portals serve at most; above it a page only costs memory. */
  pageRowsMax: 50_000,
  /** Pages of one run: keeps the plan's transaction and the queue small; 100,000 pages of 10,000 rows are a billion rows. */
  pagesMax: 100_000,
  /** Decoded body of one page: a 10,000-row page of a very wide set is about 40 MB. */
  bodyBytesMax: 256 * 1024 * 1024,
  /** Whole answer, first to last byte: portals let a cold query run for minutes. */
  requestTimeoutMs: 180_000,
  /** A request URL above this is refused by proxies; the select falls back to `*`. */
  urlBytesMax: 6 * 1024,
  /** Attempts of one page that ended in a transient fault other than throttling. */
  attemptsMax: 8,
  /** Claims of one page that ended without any outcome: five crashes are survived. */
  crashesMax: 5,
  /** Generations of one run: a source that moves three times under the reader is not going to hold still. */
  generationsMax: 3,
  /** Times of change compared one by one: some 5 MB of an answer; above it days are compared first. */
  timesMax: 50_000,
  /** Row ids that a comparison holds at once: 2 million take some 300 MB; above it everything is read. */
  rowIdsMax: 2_000_000,
  /** A row may become visible this long after the time of change that it bears: seen live were a few hours. */
  lateRowMs: 48 * 60 * 60_000,
  /** First wait after a transient fault; doubles from there. */
  backoffMsBase: 1_000,
  backoffMsMax: 60_000,
  /** Wait while our own database or Redis is away. */
  unavailableDelayMsMax: 5_000,
  /** A portal's `Retry-After` above this is cut to it. */
  retryAfterMsMax: 10 * 60_000,
  /** A run older than this fails: nothing waits for ever. */
  runDeadlineMs: 24 * 60 * 60_000,
  /** Waiting for a metadata lock: a waiting RENAME also holds back new readers. */
  lockWaitSeconds: 5,
  /** Runs that a listener settles at once: each reads and writes the database. */
  settlesAtOnce: 4,
  /** Occurrences that a listener meets at once: those of a portal that is away only wait, up to half an hour, and hold up no others. */
  occurrencesAtOnce: 32,
  /** Jobs added to the queue in one call. */
  enqueueBatch: 500,
  /** Rows sent in one INSERT where LOAD DATA LOCAL is off. */
  insertRowsMax: 1_000,
  /** Characters of a topic's table name: staging and old tables add a run id to it elsewhere, indexes a suffix. */
  tableNameMax: 48,
} as const
