import type { PlantedBug } from './planted-bugs.ts'

/** Safeties of runs: queue, settling, publishing, recovery. */
export const RUN_BUGS: readonly PlantedBug[] = [
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
        find: `if (run.state === 'planned' && run.ageMs > PLANNED_AGE_MS) await beginLate(services, run)`,
        replace: '',
      },
    ],
    caughtBy: {
      file: 'testing/test/faults/planners.fault.test.ts',
      test: '12: after it has written the plan',
    },
  },
  {
    name: 'occurrence-taken-twice',
    safety: 'an occurrence of a schedule is taken once',
    edits: [
      {
        file: 'packages/ledger/src/schedules.ts',
        find: 'WHERE topic = ? AND due_after < ?`',
        replace: 'WHERE topic = ? AND ? IS NOT NULL`',
      },
    ],
    caughtBy: { file: 'ledger/test/schedules.int.test.ts', test: 'is taken by one of many at once' },
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
        find: 'if (await isReady(services, run)) return settleReady(services, run, signal)',
        replace: `if (run.state === 'settling') return settleReady(services, run, signal)`,
      },
    ],
    caughtBy: { file: 'testing/test/faults/queue.fault.test.ts', test: '8: a listener sleeps' },
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
        file: 'packages/runs/src/find-move.ts',
        find: 'count.version.value !== run.sourceVersion',
        replace: 'false',
      },
    ],
    caughtBy: { file: 'testing/test/faults/moving.fault.test.ts', test: 'in the middle of verifying' },
  },
  {
    name: 'no-recount',
    safety: 'the source is asked again before publishing',
    edits: [
      {
        file: 'packages/runs/src/verify-run.ts',
        find: 'if (reason !== undefined) {',
        replace: 'if (Number.isNaN(reason)) {',
      },
    ],
    caughtBy: { file: 'testing/test/faults/proof.fault.test.ts', test: 'changed after the last page' },
  },
  {
    name: 'no-digest',
    safety: 'the digest of what is stored is that of what was received',
    edits: [
      {
        file: 'packages/runs/src/verify-staging.ts',
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
]
