import { chaosPhase } from './chaos-phase.ts'
import { doubleExecutionPhase } from './double-execution-phase.ts'
import { incrementalPhase } from './incremental-phase.ts'
import { mutationPhase } from './mutation-phase.ts'
import type { Phase } from './phase.ts'
import { plantedBugsPhase } from './planted-bugs-phase.ts'
import { recoveryPhase } from './recovery-phase.ts'
import { truncationPhase } from './truncation-phase.ts'
import { valuePhase } from './value-phase.ts'

/** All parts of the soak, in the order they are done. */
export const PHASES: readonly Phase[] = [
  truncationPhase,
  valuePhase,
  doubleExecutionPhase,
  mutationPhase,
  incrementalPhase,
  recoveryPhase,
  plantedBugsPhase,
  chaosPhase,
]
