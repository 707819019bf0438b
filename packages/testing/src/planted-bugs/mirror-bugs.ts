import type { PlantedBug } from './planted-bugs.ts'

const SETTLE_MIRROR = 'packages/runs/src/mirror/settle-mirror.ts'

/** Safeties of incremental runs that compare source and table. */
export const MIRROR_BUGS: readonly PlantedBug[] = [
  {
    name: 'mirror-no-comparison',
    safety: 'the merged table is compared before it is committed',
    edits: [{ file: SETTLE_MIRROR, find: 'if (!isEqual) throw targetMoved(run)', replace: '' }],
    caughtBy: { file: 'runs/test/mirror-target.int.test.ts', test: 'a value changed: nothing is merged' },
  },
  {
    name: 'mirror-no-transaction',
    safety: 'merge, comparison and end of a run are one transaction',
    edits: [
      {
        file: SETTLE_MIRROR,
        find: 'await session.transaction(async () => {',
        replace: 'await Promise.resolve().then(async () => {',
      },
    ],
    caughtBy: { file: 'testing/test/faults/mirror.fault.test.ts', test: 'the listener at mid_publish' },
  },
  {
    name: 'mirror-no-version-check',
    safety: "the counts that the merge is compared with are of the plan's version",
    edits: [
      {
        file: SETTLE_MIRROR,
        find: 'return findMove(run, rowCount, { description, count: shape, isBeyond }) ?? shape',
        replace: 'return shape',
      },
    ],
    caughtBy: { file: 'testing/test/faults/mirror.fault.test.ts', test: 'changed after the last page' },
  },
  {
    name: 'mirror-moved-is-doubled',
    safety: 'the source is asked whether it moved before its rows are called doubled',
    edits: [
      {
        file: SETTLE_MIRROR,
        find: '  const shape = await askOrClose(services, session, verification)\n',
        replace:
          '  await services.store.buildRowIdKey(session, topicOf(run), run)\n  const shape = await askOrClose(services, session, verification)\n',
      },
    ],
    caughtBy: { file: 'testing/test/faults/mirror.fault.test.ts', test: 'moves rows between pages' },
  },
  {
    name: 'mirror-no-late-window',
    safety: 'rows may become visible late',
    edits: [
      {
        file: 'packages/runs/src/mirror/late-since.ts',
        find: '- LIMITS.lateRowMs',
        replace: '+ LIMITS.lateRowMs',
      },
    ],
    caughtBy: { file: 'runs/test/mirror.int.test.ts', test: 'take the places of others that left' },
  },
  {
    name: 'mirror-no-deletions',
    safety: 'rows that are gone from the source are deleted',
    edits: [
      {
        file: 'packages/store/src/mirror-rows.ts',
        find: 'd.run_id = ? AND d.generation = ? AND',
        replace: 'd.run_id = ? AND d.generation = -? AND',
      },
    ],
    caughtBy: { file: 'runs/test/mirror.int.test.ts', test: 'from an old bucket are found by its ids' },
  },
  {
    name: 'mirror-no-table-digest',
    safety: 'values that somebody changed by hand are noticed',
    edits: [
      {
        file: 'packages/runs/src/mirror/baseline.ts',
        find: 'one.digestSum === other.digestSum && isSameRows(one, other)',
        replace: 'isSameRows(one, other)',
      },
    ],
    caughtBy: { file: 'runs/test/mirror-target.int.test.ts', test: 'given other values by hand are read' },
  },
  {
    name: 'mirror-timeless-trusted',
    safety: 'rows without a time of change are always read',
    edits: [
      {
        file: 'packages/runs/src/mirror/compare-target.ts',
        find: 'if (sourceRows + targetRows === 0) return',
        replace: 'if (sourceRows === targetRows) return',
      },
    ],
    caughtBy: { file: 'testing/test/faults/incremental.fault.test.ts', test: 'random schedules' },
  },
  {
    name: 'mirror-deletions-left',
    safety: 'the ledger does not keep what was to be deleted',
    edits: [
      {
        file: 'packages/runs/src/finish-run.ts',
        find: 'await clearDeletions(services.database, run.runId)',
        replace: '',
      },
    ],
    caughtBy: { file: 'testing/test/faults/mirror.fault.test.ts', test: 'keeps staging from being dropped' },
  },
]
