import { bodyFaults } from './body-faults.ts'
import { dataFaults } from './data-faults.ts'
import type { NamedFault } from './named-fault.ts'
import { paceFaults } from './pace-faults.ts'
import { statusFaults } from './status-faults.ts'
import { versionFaults } from './version-faults.ts'

/** Every fault that can be written as text, for the command line, for requests to the portal and for tests. */
export const namedFaults: readonly NamedFault[] = [
  ...statusFaults,
  ...bodyFaults,
  ...paceFaults,
  ...dataFaults,
  ...versionFaults,
]
