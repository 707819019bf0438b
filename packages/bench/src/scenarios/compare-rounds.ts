import type { ScenarioContext } from '../bench-context.ts'
import { renderProfile } from '../report/render-profile.ts'
import type { Figure, ScenarioReport } from '../report/scenario-report.ts'
import { ratiosOf } from '../statistics.ts'
import { findMedianRun } from './median-run.ts'
import { processFigures } from './process-figures.ts'
import type { Round } from './run-rounds.ts'

/** What the product's time may be of a yardstick's. */
const GOALS: Readonly<Record<string, number>> = { client: 0.8, bare: 1.25 }

export interface ComparedRounds {
  readonly setup: string
  readonly notes: readonly string[]
  readonly rounds: readonly Round[]
}

/** The times of product and yardsticks, and their ratios round by round. */
export function compareRounds(
  { options, server }: ScenarioContext,
  { setup, notes, rounds }: ComparedRounds,
): ScenarioReport {
  const runs = rounds.map(({ product }) => product)
  const names = [...(rounds[0]?.yardsticks.keys() ?? [])].toSorted()
  const times: Figure[] = [
    { what: 'product', unit: 's', samples: runs.map(({ runMs }) => runMs / 1000) },
    ...names.map((name): Figure => ({ what: name, unit: 's', samples: timesOf(rounds, name) })),
  ]
  const ratios = names.map((name): Figure => {
    const samples = ratiosOf(times[0]?.samples ?? [], timesOf(rounds, name))
    const goalMax = GOALS[name]
    return { what: `product / ${name}`, unit: 'x', samples, ...(goalMax === undefined ? {} : { goalMax }) }
  })
  return {
    scenario: 'million',
    server: `${server.flavour} ${server.version}`,
    setup,
    figures: [...times, ...ratios, ...processFigures(runs)],
    notes,
    profile: options.profile ? renderProfile(findMedianRun(runs)) : undefined,
    measured: rounds.map((round) => ({ ...round, yardsticks: Object.fromEntries(round.yardsticks) })),
  }
}

const timesOf = (rounds: readonly Round[], name: string): number[] =>
  rounds.map(({ yardsticks }) => (yardsticks.get(name) ?? Number.NaN) / 1000)
