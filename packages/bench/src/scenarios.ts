import type { Scenario } from './bench-context.ts'
import type { ScenarioName } from './options.ts'
import { latency } from './scenarios/latency.ts'
import { million } from './scenarios/million.ts'
import { mirror } from './scenarios/mirror.ts'
import { planning } from './scenarios/planning.ts'
import { scale } from './scenarios/scale.ts'
import { small } from './scenarios/small.ts'

/** Every scenario by its name on the command line. */
export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  million,
  small,
  latency,
  planning,
  mirror,
  scale,
}
