import { setTimeout as sleep } from 'node:timers/promises'
import type { RunRecord } from '@gather/ledger'
import { startApp } from '../app-process.ts'
import type { Violation } from '../checker/check-run.ts'
import { portalRows, type RowSet } from '../checker/compare-rows.ts'
import { eventually } from '../eventually.ts'
import { type NemesisStack, startNemesisStack } from '../nemesis/nemesis-stack.ts'
import type { Trial } from '../nemesis/trial.ts'
import { Crew } from './crew.ts'
import { type ChaosFault, type ChaosPlan, planChaos } from './plan-chaos.ts'
import { changeSource, troublePortal } from './trouble-portal.ts'

/** What became of one run under chaos. */
export interface ChaosRun {
  readonly plan: ChaosPlan
  readonly runId: string
  readonly state: string
  readonly reasonCode: string | null
  readonly generation: number
  readonly durationMs: number
  readonly violations: readonly Violation[]
}

/** Faults that happened, by kind. */
export type FaultCounts = ReadonlyMap<string, number>

const GENERATIONS_MAX = 3
const END_WITHIN_MS = 120_000

/** Processes, servers and portal that go wrong by plan, one run after the other. */
export class Chaos {
  readonly #stack: NemesisStack
  readonly #workers: Crew
  readonly #listeners: Crew
  readonly #portal: ReturnType<typeof troublePortal>
  readonly #snapshots = new Map<number, RowSet>()
  readonly #counts = new Map<string, number>()

  constructor(stack: NemesisStack) {
    this.#stack = stack
    this.#workers = new Crew(2, (strike) => startApp('worker', stack.env, strike))
    this.#listeners = new Crew(2, (strike) => startApp('listener', stack.env, strike))
    this.#portal = troublePortal(stack.portal)
  }

  get faultCounts(): FaultCounts {
    return new Map([...this.#counts, ...this.#workers.struck, ...this.#listeners.struck])
  }

  /** One run of the whole data set while `planChaos(seed, runNo)` happens. */
  async run(seed: number, runNo: number): Promise<ChaosRun> {
    const plan = planChaos(seed, runNo)
    const startMs = performance.now()
    this.#snapshot()
    this.#workers.arm(plan.strikes.worker)
    this.#listeners.arm(plan.strikes.listener)
    const options = { withReader: true, ...(plan.planner === undefined ? {} : { strike: plan.planner }) }
    const trial = await this.#stack.begin(options)
    // A planner that was not struck has made `begin` fail.
    if (plan.planner !== undefined) this.#count(`kill at ${plan.planner.point}`)
    this.#count('kill of a worker', this.#workers.killUnarmed())
    this.#count('kill of a listener', this.#listeners.killUnarmed())
    await this.#injectAll(plan)
    this.#portal.end()
    return { plan, ...(await this.#judge(trial, plan)), durationMs: performance.now() - startMs }
  }

  /** Ends all processes. @throws Error where the queue still thinks that one of them is at work on an ended run */
  async close(): Promise<void> {
    const { pages, settles } = this.#stack.services.queue
    try {
      await eventually('an idle queue', async () => {
        const counts = await Promise.all([pages.getActiveCount(), settles.getActiveCount()])
        return counts.every((count) => count === 0)
      })
    } finally {
      await Promise.all([this.#workers.close(), this.#listeners.close()])
    }
  }

  async #injectAll(plan: ChaosPlan): Promise<void> {
    for (const { afterMs, fault } of plan.faults) {
      await sleep(afterMs)
      await this.#inject(fault)
      this.#count(describeFault(fault))
    }
  }

  async #inject(fault: ChaosFault): Promise<void> {
    const { redis, databaseServer } = this.#stack
    switch (fault.kind) {
      case 'kill':
        return this.#crewOf(fault.app).eldest.kill('SIGKILL')
      case 'term':
        return this.#crewOf(fault.app).eldest.kill('SIGTERM')
      case 'stop':
        return this.#stop(fault)
      case 'redis-kill':
        await redis.kill()
        await sleep(fault.downMs)
        return redis.start()
      case 'redis-flush':
        return redis.flushAll()
      case 'redis-cut':
        await redis.kill()
        await redis.cutAppendLog(fault.byteCount)
        return redis.start()
      case 'database-kill':
        await databaseServer.kill()
        await sleep(fault.downMs)
        return databaseServer.start()
      case 'database-pause':
        databaseServer.pause()
        await sleep(fault.forMs)
        return databaseServer.resume()
      case 'portal':
        return this.#portal.begin(fault.trouble, fault.requestCount)
      case 'change':
        changeSource(this.#dataset, fault.change)
        return this.#snapshot()
    }
  }

  async #stop({ app, forMs }: { app: 'worker' | 'listener'; forMs: number }): Promise<void> {
    const member = this.#crewOf(app).eldest
    member.kill('SIGSTOP')
    await sleep(forMs)
    member.kill('SIGCONT')
  }

  /** Nothing more goes wrong from outside, but who was armed stays armed. */
  async #judge(trial: Trial, plan: ChaosPlan): Promise<Omit<ChaosRun, 'plan' | 'durationMs'>> {
    const { runId } = trial
    try {
      const run = await trial.ended(END_WITHIN_MS)
      const { state, reasonCode, generation } = run
      const violations = [...(await trial.check(this.#sourceOf(run))), ...judgeReason(run, plan)]
      return { runId, state, reasonCode, generation, violations }
    } catch (error) {
      const violations = [{ invariant: 'I5' as const, message: String(error) }]
      return { runId, state: 'open', reasonCode: null, generation: 0, violations }
    }
  }

  #crewOf(app: 'worker' | 'listener'): Crew {
    return app === 'worker' ? this.#workers : this.#listeners
  }

  get #dataset() {
    return this.#stack.portal.dataset(this.#stack.topic.source.dataset)
  }

  #snapshot(): void {
    this.#snapshots.set(this.#dataset.version().dataVersion, portalRows(this.#dataset, this.#stack.topic))
  }

  /** The source's rows at the version that the run says it holds. */
  #sourceOf(run: RunRecord): RowSet {
    const dataVersion = Number(/\.(\d+)$/.exec(run.sourceVersion)?.[1])
    const rows = this.#snapshots.get(dataVersion)
    if (rows === undefined) throw new Error(`the source was never at version ${run.sourceVersion}`)
    return rows
  }

  #count(name: string, count = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count)
  }
}

function judgeReason(run: RunRecord, plan: ChaosPlan): Violation[] {
  if (run.state === 'succeeded' || honestReasons(plan).includes(run.reasonCode ?? '')) return []
  return [{ invariant: 'I6', message: `the run ${run.state} by ${run.reasonCode}: ${run.reason}` }]
}

/** A run may fail for these alone: one page's workers died six times, or the source did not hold still. */
function honestReasons({ faults }: ChaosPlan): string[] {
  const changes = faults.filter(({ fault }) => fault.kind === 'change')
  return ['PAGE_CRASHES', ...(changes.length >= GENERATIONS_MAX ? ['SOURCE_MOVING'] : [])]
}

function describeFault(fault: ChaosFault): string {
  switch (fault.kind) {
    case 'kill':
    case 'term':
    case 'stop':
      return `${fault.kind} of a ${fault.app}`
    case 'portal':
      return `portal ${fault.trouble}`
    case 'change':
      return `source ${fault.change}`
    default:
      return fault.kind
  }
}

/** A stack for {@link Chaos}: 24 pages, two at a time per worker, short locks. */
export function startChaosStack(): Promise<NemesisStack> {
  const env = { JOB_LOCK_MS: '1500', WORKER_CONCURRENCY: '2', RECONCILE_INTERVAL_MS: '300' }
  return startNemesisStack({ rowCount: 1_200, topic: { page_rows: 50 }, env })
}
