import type { Database } from '@gather/ledger'
import { collectPhases } from '../profile/phase-file.ts'
import type { Span } from '../profile/phase-record.ts'
import { type ProcessUsage, readMachineCpuMs, readUsage, resetPeak } from '../profile/process-usage.ts'
import { awaitRun, type FinalRow } from './await-run.ts'
import { TOPIC } from './product-env.ts'
import type { ProcessMeasure, RunMeasure } from './run-measure.ts'
import { type PlannerRun, runPlanner } from './run-planner.ts'
import type { Product } from './start-product.ts'

/** A process that works for a run without telling phases. */
export interface Bystander {
  readonly role: string
  readonly pid: number | undefined
}

export interface RunOptions {
  readonly product: Product
  /** The product's schema. */
  readonly database: Database
  readonly bystanders: readonly Bystander[]
  /** Of `planner enqueue`. */
  readonly args: readonly string[]
}

/**
 * Runs one import from `planner enqueue` to its end, with every other process up already.
 * @throws Error with the reason, where it failed
 */
export async function runProduct(options: RunOptions): Promise<RunMeasure> {
  const { product, database, bystanders, args } = options
  await Promise.all(product.processes.map(collectPhases))
  const watched = [...product.processes, ...bystanders]
  for (const { pid } of watched) if (pid !== undefined) resetPeak(pid)
  const before = watched.map(usageOf)
  const readOthers = watchOthers()
  const planner = await runPlanner(['enqueue', TOPIC, ...args, '--json'], product)
  const runId = String(planner.json.runId)
  const final = await awaitRun(
    database,
    runId,
    product.processes.map(({ failed }) => failed),
  )
  const spans = await Promise.all(product.processes.map(collectPhases))
  const processes = watched.map(({ role, pid }, index) => ({
    role,
    spans: spans[index] ?? [],
    usage: usageSince(before[index], usageOf({ pid })),
  }))
  const othersCpuMs = readOthers(planner, processes)
  return { ...measureRun({ runId, planner, processes, final }), slotCount: product.slotCount, othersCpuMs }
}

/** Begins to watch what other programs use; the function returned tells it. */
function watchOthers() {
  const machineBeforeMs = readMachineCpuMs()
  const ownBefore = process.cpuUsage()
  return (planner: PlannerRun, processes: readonly ProcessMeasure[]): number | undefined => {
    const machineMs = readMachineCpuMs()
    const isKnown = processes.every(({ usage }) => usage !== undefined)
    if (machineMs === undefined || machineBeforeMs === undefined || !isKnown) return undefined
    const own = process.cpuUsage(ownBefore)
    const oursMs = processes.reduce(
      (sum, { usage }) => sum + (usage?.cpuMs ?? 0),
      (own.user + own.system) / 1000,
    )
    return Math.max(0, machineMs - machineBeforeMs - oursMs - planner.record.cpuWholeMs)
  }
}

const usageOf = ({ pid }: Pick<Bystander, 'pid'>): ProcessUsage | undefined =>
  pid === undefined ? undefined : readUsage(pid)

const usageSince = (before: ProcessUsage | undefined, after: ProcessUsage | undefined) =>
  before && after && { cpuMs: after.cpuMs - before.cpuMs, rssPeakKb: after.rssPeakKb }

interface RunParts {
  readonly runId: string
  readonly planner: PlannerRun
  readonly processes: readonly ProcessMeasure[]
  readonly final: FinalRow
}

function measureRun({
  runId,
  planner,
  processes,
  final,
}: RunParts): Omit<RunMeasure, 'slotCount' | 'othersCpuMs'> {
  const { record } = planner
  const startMs = record.spans.find(({ name }) => name === 'plan')?.startMs
  if (startMs === undefined) throw new Error('the planner told no phase "plan"')
  const plannerMeasure = { role: 'planner', spans: record.spans, usage: record }
  const all = [plannerMeasure, ...processes]
  const endMs = endOfRun(
    all.flatMap(({ spans }) => spans),
    final,
  )
  return {
    runId,
    startMs,
    endMs,
    runMs: endMs - startMs,
    finalRowMs: final.writtenMs - startMs,
    processes: all,
  }
}

/** The end of the phase that wrote the final row: of the settler's last step, or of all it did. The row's time where neither was told. */
function endOfRun(spans: readonly Span[], { writtenMs }: FinalRow): number {
  const wrote = spans.filter(({ startMs, endMs }) => startMs <= writtenMs + 1 && endMs >= writtenMs - 1)
  const [last] = ['settle.finish', 'settle'].flatMap((name) => wrote.filter((span) => span.name === name))
  return Math.max(writtenMs, last?.endMs ?? 0)
}
