import { emptyArena } from '../arena.ts'
import type { Scenario } from '../bench-context.ts'
import { startPagePortalProcess } from '../portal-process.ts'
import { TOPIC } from '../product/product-env.ts'
import { runPlanner } from '../product/run-planner.ts'
import type { Span } from '../profile/phase-record.ts'
import { addUpPhases, type PhaseNode } from '../profile/phase-tree.ts'
import { formatNumber } from '../report/format-number.ts'
import type { Figure, ScenarioReport } from '../report/scenario-report.ts'
import { openStage, type Stage } from '../stage.ts'
import { describeSizes, readSizes } from './sizes.ts'

const GOAL_S = 3

/** Ten thousand pages planned and enqueued, with nobody there to load them. */
export const planning: Scenario = async (context) => {
  const { options, server, log } = context
  const sizes = readSizes({ ...options, workerCount: 0 }, { rowCount: 50_000, pageRows: 5, workerCount: 0 })
  const portal = await startPagePortalProcess(context, {
    name: 'planning',
    ...sizes,
    pageRows: sizes.rowCount,
  })
  const stage = await openStage(context, { portals: [portal], ...sizes })
  log('planning: a plan that is not counted')
  await planOnce(stage)
  const plans: PhaseNode[] = []
  while (plans.length < options.runCount) {
    const plan = await planOnce(stage)
    plans.push(plan)
    log(
      `planning: plan ${plans.length} of ${options.runCount} took ${formatNumber(plan.totalMs / 1000, 3)} s`,
    )
  }
  const report: ScenarioReport = {
    scenario: 'planning',
    server: `${server.flavour} ${server.version}`,
    setup: `${formatNumber(Math.ceil(sizes.rowCount / sizes.pageRows), 0)} pages: ${describeSizes(sizes)}`,
    figures: [
      figureOf('planning and enqueuing', plans, GOAL_S),
      ...(plans[0]?.children ?? []).map(({ name }) => figureOf(name, childrenOf(plans, name))),
    ],
    notes: [],
    profile: undefined,
    measured: plans,
  }
  return report
}

/** Plans a run, cancels it, and tells how long the plan took, step by step. */
async function planOnce({ arena, product }: Stage): Promise<PhaseNode> {
  await emptyArena(arena)
  const { json, record } = await runPlanner(['enqueue', TOPIC, '--initialize', '--json'], product)
  await runPlanner(['cancel', String(json.runId)], product)
  const plan = record.spans.find(({ name }) => name === 'plan')
  if (plan === undefined) throw new Error('the planner told no phase "plan"')
  return stepsOf(record.spans, plan)
}

function stepsOf(spans: readonly Span[], plan: Span): PhaseNode {
  const inner = spans.filter(({ id }) => id !== plan.id)
  return addUpPhases('plan', [inner], plan)
}

const childrenOf = (plans: readonly PhaseNode[], wanted: string): PhaseNode[] =>
  plans.flatMap(({ children }) => children.filter(({ name }) => name === wanted))

function figureOf(what: string, nodes: readonly PhaseNode[], goalMax?: number): Figure {
  const samples = nodes.map(({ totalMs }) => totalMs / 1000)
  return { what, unit: 's', samples, ...(goalMax === undefined ? {} : { goalMax }) }
}
