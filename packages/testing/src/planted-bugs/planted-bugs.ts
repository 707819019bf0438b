/** A text of the product's source and what stands there instead while the bug is planted. */
export interface PlantedEdit {
  /** Path from the root of the repository. */
  readonly file: string
  /** Must be there exactly once. */
  readonly find: string
  readonly replace: string
}

/** One safety of the product, taken out; the suite must fail then. */
export interface PlantedBug {
  readonly name: string
  /** What is missing while the bug is planted. */
  readonly safety: string
  readonly edits: readonly PlantedEdit[]
  /** The test that must fail: its file in `packages`, and a part of its name. */
  readonly caughtBy: { readonly file: string; readonly test: string }
}

export const PLANTED_BUGS: readonly PlantedBug[] = [
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
    name: 'no-settle-lock',
    safety: 'one settler at a time',
    edits: [
      {
        file: 'packages/ledger/src/named-lock.ts',
        find: 'if (row?.got !== 1) return undefined',
        replace: '',
      },
    ],
    caughtBy: { file: 'testing/test/faults/double-execution.fault.test.ts', test: 'ten settlers at once' },
  },
  {
    name: 'no-begin',
    safety: 'the reconciler begins a run whose planner died',
    edits: [
      {
        file: 'packages/runs/src/reconcile.ts',
        find: `if (run.state === 'planned' && run.ageMs > PLANNED_AGE_MS) await beginLoading(services, run.runId)`,
        replace: '',
      },
    ],
    caughtBy: {
      file: 'testing/test/faults/planners.fault.test.ts',
      test: '12: after it has written the plan',
    },
  },
  {
    name: 'outdated-put-back',
    safety: 'a job that nobody will ever know again does not circulate',
    edits: [
      {
        file: 'packages/queue/src/contracts.ts',
        find: `code: 'JOB_OUTDATED', kind: 'terminal'`,
        replace: `code: 'JOB_OUTDATED', kind: 'unavailable'`,
      },
    ],
    caughtBy: { file: 'testing/test/faults/versions.fault.test.ts', test: '44: an older one' },
  },
  {
    name: 'wrong-clock-trusted',
    safety: 'a job put back by a process with a wrong clock is enqueued anew',
    edits: [
      {
        file: 'packages/queue/src/job-queue.ts',
        find: 'Number(delayed[index + 1]) / SCORES_PER_MS < timeMs',
        replace: 'timeMs > 0',
      },
    ],
    caughtBy: { file: 'testing/test/faults/versions.fault.test.ts', test: '43: clocks hours apart' },
  },
  {
    name: 'no-abort-on-stop',
    safety: 'a worker that is told to stop gives back what it can not end',
    edits: [
      {
        file: 'packages/queue/src/job-worker.ts',
        find: `this.#worker.cancelAllJobs('the worker is stopping')`,
        replace: 'void 0',
      },
    ],
    caughtBy: { file: 'testing/test/faults/workers.fault.test.ts', test: '18: a worker told to stop' },
  },
  {
    name: 'no-settle-without-job',
    safety: 'a run whose settle job is lost is settled all the same',
    edits: [
      {
        file: 'packages/runs/src/reconcile.ts',
        find: 'if (await isReady(services, run)) return settleRun(services, run.runId, signal)',
        replace: `if (run.state === 'settling') return settleRun(services, run.runId, signal)`,
      },
    ],
    caughtBy: { file: 'testing/test/faults/queue.fault.test.ts', test: '8: a listener sleeps' },
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
    name: 'no-reconciler',
    safety: 'jobs that are lost are enqueued anew',
    edits: [
      {
        file: 'packages/runs/src/reconcile.ts',
        find: 'if (quiet.length === 0) return',
        replace: 'if (quiet.length >= 0) return',
      },
    ],
    caughtBy: { file: 'testing/test/faults/redis.fault.test.ts', test: 'Redis is emptied' },
  },
  {
    name: 'no-version-check',
    safety: 'all pages are of one version of the source',
    edits: [
      {
        file: 'packages/runs/src/load-page.ts',
        find: 'version.value !== run.sourceVersion',
        replace: 'false',
      },
      {
        file: 'packages/runs/src/verify-run.ts',
        find: 'count.version.value !== run.sourceVersion',
        replace: 'false',
      },
    ],
    caughtBy: { file: 'testing/test/faults/moving.fault.test.ts', test: 'in the middle of verifying' },
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
    name: 'no-recount',
    safety: 'the source is asked again before publishing',
    edits: [
      {
        file: 'packages/runs/src/verify-run.ts',
        find: 'const moved = await findMove(services, run, signal)',
        replace: 'const moved: string | undefined = undefined',
      },
    ],
    caughtBy: { file: 'testing/test/faults/proof.fault.test.ts', test: 'changed after the last page' },
  },
  {
    name: 'no-digest',
    safety: 'the digest of what is stored is that of what was received',
    edits: [
      {
        file: 'packages/runs/src/verify-run.ts',
        find: 'stored.digestSum !== totals.digestSum',
        replace: 'false',
      },
    ],
    caughtBy: { file: 'testing/test/faults/proof.fault.test.ts', test: 'changed in staging' },
  },
  {
    name: 'no-enqueue-number',
    safety: 'a page that is enqueued anew is a new job',
    edits: [
      {
        file: 'packages/ledger/src/read-pages.ts',
        find: 'SET enqueue_no = enqueue_no + 1',
        replace: 'SET enqueue_no = enqueue_no',
      },
      {
        file: 'packages/ledger/src/read-pages.ts',
        find: '[page.pageNo, page.enqueueNo + 1]',
        replace: '[page.pageNo, page.enqueueNo]',
      },
    ],
    caughtBy: { file: 'testing/test/faults/versions.fault.test.ts', test: 'an older one fails' },
  },
  {
    name: 'swapped-columns',
    safety: 'encoder and digest share no code',
    edits: [
      {
        file: 'packages/store/src/encode-page.ts',
        find: 'read: fieldReader(column.from),',
        replace:
          "read: fieldReader(\n        { animal_s_name: 'secondary_breed', secondary_breed: 'animal_s_name' }[column.from] ?? column.from,\n      ),",
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
    name: 'stalled-limit',
    safety: 'BullMQ gives no job up for a crash',
    edits: [
      {
        file: 'packages/queue/src/job-worker.ts',
        find: 'STALLED_COUNT_MAX = 1_000_000',
        replace: 'STALLED_COUNT_MAX = 1',
      },
    ],
    caughtBy: { file: 'queue/test/crashes.int.test.ts', test: 'five times does not fail' },
  },
  {
    name: 'no-swap-recognition',
    safety: 'a swap that has happened is recognised',
    edits: [
      {
        file: 'packages/runs/src/publish-run.ts',
        find: '!(await services.store.hasSwapped(session, run))',
        replace: 'true',
      },
    ],
    caughtBy: { file: 'testing/test/faults/settlers.fault.test.ts', test: 'survived at mid_publish' },
  },
  {
    name: 'no-idle-limit',
    safety: 'the server ends the session of a stopped settler',
    edits: [
      {
        file: 'packages/ledger/src/database.ts',
        find: 'Math.max(IDLE_MS_MIN, 2 * this.#jobLockMs)',
        replace: '3_600_000',
      },
    ],
    caughtBy: { file: 'testing/test/faults/settlers.fault.test.ts', test: 'takes over at mid_publish' },
  },
  {
    name: 'outage-costs-attempts',
    safety: 'an outage of ours costs no attempt',
    edits: [
      {
        file: 'packages/runs/src/page-attempt.ts',
        find: `countsAttempt: fault.kind === 'transient', fault`,
        replace: 'countsAttempt: true, fault',
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
