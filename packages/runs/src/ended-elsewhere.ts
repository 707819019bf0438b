import type { RunRecord } from '@gather/ledger'
import { Fault } from '@gather/platform'

/** @returns Fault `RUN_ENDED` (interrupted): the transaction that was to end a run found it moved on */
export const endedElsewhere = ({ runId }: RunRecord): Fault =>
  new Fault({
    code: 'RUN_ENDED',
    kind: 'interrupted',
    message: `run ${runId} was ended by another settler`,
  })
