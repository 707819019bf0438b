import type { Cleanup } from './cleanup.ts'
import type { BenchOptions } from './options.ts'
import type { ScenarioReport } from './report/scenario-report.ts'
import type { DatabaseServer, RedisServer } from './servers.ts'

/** What every scenario works with. */
export interface BenchContext {
  readonly options: BenchOptions
  readonly redis: RedisServer
  /** At least one. */
  readonly servers: readonly DatabaseServer[]
  /** For logs, topics and files; deleted at the end. */
  readonly folder: string
  readonly cleanup: Cleanup
  /** Tells people what is going on. */
  log(line: string): void
}

/** A scenario on one server, with a clean-up of its own that is run at its end. */
export interface ScenarioContext extends BenchContext {
  readonly server: DatabaseServer
}

export type Scenario = (context: ScenarioContext) => Promise<ScenarioReport>
