import { emptyArena } from '../arena.ts'
import type { ScenarioContext } from '../bench-context.ts'
import type { RunMeasure } from '../product/run-measure.ts'
import { formatNumber } from '../report/format-number.ts'
import type { Stage } from '../stage.ts'
import type { Yardstick } from '../yardsticks/yardstick.ts'

/** Every contestant once. */
export interface Round {
  readonly product: RunMeasure
  /** Milliseconds by name. */
  readonly yardsticks: ReadonlyMap<string, number>
}

/** Product and yardsticks one after the other, as many times as the options say; each round another one begins. */
export async function runRounds(
  { options, log }: ScenarioContext,
  stage: Stage,
  yardsticks: readonly Yardstick[],
): Promise<Round[]> {
  const rounds: Round[] = []
  while (rounds.length < options.runCount) {
    const round = await runRound(stage, rotate(yardsticks, rounds.length), rounds.length % 2 === 0)
    rounds.push(round)
    const times = [['product', round.product.runMs] as const, ...round.yardsticks]
    const texts = times.map(([name, ms]) => `${name} ${formatNumber(ms / 1000, 3)} s`)
    log(`round ${rounds.length} of ${options.runCount}: ${texts.join(', ')}`)
  }
  return rounds
}

async function runRound(
  stage: Stage,
  yardsticks: readonly Yardstick[],
  productFirst: boolean,
): Promise<Round> {
  const times = new Map<string, number>()
  const before = productFirst ? await stage.initialize() : undefined
  for (const { name, load } of yardsticks) {
    await emptyArena(stage.arena)
    times.set(name, await load())
  }
  return { product: before ?? (await stage.initialize()), yardsticks: times }
}

const rotate = <Item>(items: readonly Item[], by: number): Item[] =>
  items.map((_, place) => items[(place + by) % items.length]).filter((item) => item !== undefined)
