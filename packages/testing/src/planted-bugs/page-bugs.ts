import type { PlantedBug } from './planted-bugs.ts'

/** Safeties of reading and storing pages. */
export const PAGE_BUGS: readonly PlantedBug[] = [
  {
    name: 'no-transaction',
    safety: 'a page and its done mark are one transaction',
    edits: [
      { file: 'packages/ledger/src/session.ts', find: `await this.write('START TRANSACTION')`, replace: '' },
    ],
    caughtBy: { file: 'testing/test/faults/workers.fault.test.ts', test: 'kill at after_load' },
  },
  {
    name: 'no-fence',
    safety: 'only the newest claim of a page stores it',
    edits: [
      { file: 'packages/ledger/src/finish-page.ts', find: 'row.fence !== page.fence', replace: 'false' },
    ],
    caughtBy: {
      file: 'testing/test/faults/double-execution.fault.test.ts',
      test: 'done twice and stored once',
    },
  },
  {
    name: 'no-warning-check',
    safety: 'a warning of LOAD DATA refuses the page',
    edits: [
      {
        file: 'packages/store/src/load-rows.ts',
        find: 'if (result.affectedRows === sentRows && skipped === 0 && result.warningCount === 0) return',
        replace: 'if (result.affectedRows === sentRows) return',
      },
    ],
    caughtBy: { file: 'store/test/store-page.int.test.ts', test: 'LOAD DATA stores nothing' },
  },
  {
    name: 'lenient-gunzip',
    safety: 'a gzip stream that was cut is an error',
    edits: [
      {
        file: 'packages/source/src/decode-body.ts',
        find: 'rejectGarbageAfterEnd: true',
        replace: 'finishFlush: 2',
      },
    ],
    caughtBy: { file: 'testing/test/faults/truncation.fault.test.ts', test: '200 damaged answers' },
  },
  {
    name: 'done-again',
    safety: 'a page that is done is never claimed again',
    edits: [
      {
        file: 'packages/ledger/src/claim-page.ts',
        find: `AND state IN ('open', 'claimed') AND enqueue_no`,
        replace: 'AND enqueue_no',
      },
    ],
    caughtBy: { file: 'testing/test/faults/workers.fault.test.ts', test: 'kill at after_commit_before_ack' },
  },
  {
    name: 'no-order',
    safety: 'pages are read in the order of the row id',
    edits: [
      {
        file: 'packages/source/src/query-url.ts',
        find: `url.searchParams.set('$order', order)`,
        replace: `if (order !== ':id') url.searchParams.set('$order', order)`,
      },
    ],
    caughtBy: { file: 'testing/test/faults/proof.fault.test.ts', test: 'changed after the last page' },
  },
  {
    name: 'no-row-count-check',
    safety: 'a page has the rows that were planned',
    edits: [
      {
        file: 'packages/runs/src/load-page.ts',
        find: 'fetched.rows.length !== page.plannedRows',
        replace: 'false',
      },
    ],
    caughtBy: { file: 'testing/test/faults/source.fault.test.ts', test: 'caps its pages' },
  },
  {
    name: 'swapped-columns',
    safety: 'encoder and digest share no code',
    edits: [
      {
        file: 'packages/store/src/encode-page.ts',
        find: 'from: column.from,',
        replace:
          "from: { animal_s_name: 'secondary_breed', secondary_breed: 'animal_s_name' }[column.from] ?? column.from,",
      },
    ],
    caughtBy: { file: 'testing/test/faults/workers.fault.test.ts', test: 'kill at after_claim' },
  },
  {
    name: 'no-crash-limit',
    safety: 'a page that kills its workers ends its run',
    edits: [
      {
        file: 'packages/ledger/src/claim-page.ts',
        find: 'page.crashCount > LIMITS.crashesMax',
        replace: 'page.crashCount > 1_000',
      },
    ],
    caughtBy: { file: 'testing/test/faults/workers.fault.test.ts', test: 'the sixth fails the run' },
  },
  {
    name: 'outage-costs-attempts',
    safety: 'an outage of ours costs no attempt',
    edits: [
      {
        file: 'packages/runs/src/page-attempt.ts',
        find: `const countsAttempt = fault.kind === 'transient' && !isThrottled(fault)`,
        replace: 'const countsAttempt = true',
      },
    ],
    caughtBy: { file: 'testing/test/faults/database.fault.test.ts', test: '39:' },
  },
  {
    name: 'no-host-gate',
    safety: 'a portal that throttles holds all workers back',
    edits: [
      {
        file: 'packages/runs/src/page-attempt.ts',
        find: 'if (pauseMs === 0) return',
        replace: 'if (pauseMs >= 0) return',
      },
    ],
    caughtBy: { file: 'testing/test/faults/source.fault.test.ts', test: 'holds back all workers' },
  },
]
