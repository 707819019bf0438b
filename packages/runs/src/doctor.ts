import { checkDatabase } from './check-database.ts'
import { checkPortals } from './check-portals.ts'
import { checkRedis } from './check-redis.ts'
import { checkSchedules } from './check-schedules.ts'
import type { Services } from './services.ts'

/** One thing the doctor looked at. `fail` keeps imports from working; `warn` is worth knowing. */
export interface Check {
  readonly subject: 'node' | 'topics' | 'redis' | 'database' | 'portal' | 'schedule'
  readonly verdict: 'ok' | 'warn' | 'fail'
  /** One sentence, with the mend where there is something to mend. */
  readonly message: string
}

const NODE_MAJOR_MIN = 24

/** What of a process's surroundings could be opened, or the sentence that says why not. */
export interface Surroundings {
  readonly nodeVersion: string
  readonly services: Services
  readonly topicsDir: string | undefined
}

/** Looks at everything an import needs, changes nothing, and says what to do where something is wrong. */
export async function runDoctor(
  { nodeVersion, services, topicsDir }: Surroundings,
  signal: AbortSignal,
): Promise<Check[]> {
  const groups = await Promise.all([
    checkRedis(services),
    checkDatabase(services),
    checkPortals(services, topicsDir, signal),
    checkSchedules(services, topicsDir),
  ])
  return [checkNode(nodeVersion), ...groups.flat()]
}

function checkNode(nodeVersion: string): Check {
  const fits = Number(nodeVersion.split('.')[0]) >= NODE_MAJOR_MIN
  const message = fits
    ? `Node ${nodeVersion}`
    : `Node ${nodeVersion} is too old; ${NODE_MAJOR_MIN} or newer is needed`
  return { subject: 'node', verdict: fits ? 'ok' : 'fail', message }
}
