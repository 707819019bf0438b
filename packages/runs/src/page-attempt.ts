import { setTimeout as sleep } from 'node:timers/promises'
import { type ClaimedPage, closeGeneration, type PageRelease, releasePage } from '@gather/ledger'
import { backoffMs, Fault, LIMITS, tell, toFault, withJitter } from '@gather/platform'
import type { SourcePage } from '@gather/source'
import type { Topic } from '@gather/topics'
import { pageLog } from './run-log.ts'
import { topicOf } from './run-topic.ts'
import type { Services } from './services.ts'

const RELEASE_PATIENCE_MS = 20_000
const RELEASE_PAUSE_MS = 1_000

/** One claim of a page: its requests, and what becomes of it when it stores nothing. */
export class PageAttempt {
  readonly #services: Services
  readonly #page: ClaimedPage
  readonly #signal: AbortSignal
  #requestCount = 0

  constructor(services: Services, page: ClaimedPage, signal: AbortSignal) {
    this.#services = services
    this.#page = page
    this.#signal = signal
  }

  /** @throws Fault `SOURCE_PAUSED` (unavailable) while the portal has asked all workers for a pause */
  async passGate(): Promise<void> {
    const host = this.#services.sourceOf(topicOf(this.#page.run)).host
    const pauseMs = await this.#services.queue.gate.pauseMs(host)
    if (pauseMs === 0) return
    const message = `${host} asked for a pause of another ${Math.ceil(pauseMs / 1000)} s`
    throw new Fault({ code: 'SOURCE_PAUSED', kind: 'unavailable', message, retryAfterMs: pauseMs })
  }

  /** Reads the page's rows from its source. */
  async fetch(topic: Topic): Promise<SourcePage> {
    this.#requestCount = 1
    const { rowFilter, rowOffset, plannedRows } = this.#page
    const request = {
      columns: topic.columns.map((column) => column.from),
      filter: rowFilter ?? undefined,
      offset: rowOffset,
      limit: plannedRows,
    }
    const source = this.#services.sourceOf(topic)
    const page = await source.fetchPage(request, this.#signal)
    // A gate that can't be reached only makes the next pause longer than it need be.
    void this.#services.queue.gate.forgive(source.host).catch(() => {})
    return page
  }

  /**
   * Records what became of a claim that stored nothing, and rejects with what the queue is to do. A moved source and a page
   * that failed for good resolve: the job is over and the settler decides.
   */
  async end(error: unknown): Promise<void> {
    const fault = toFault(error)
    const { runId, attemptCount } = this.#page
    const attempts = attemptCount + 1
    const countsAttempt = fault.kind === 'transient' && !isThrottled(fault)
    const isRefused = isConditionRefused(this.#page, fault)
    const isMoved = fault.kind === 'moved' || isRefused
    const isFailed = fault.kind === 'terminal' || (countsAttempt && attempts >= LIMITS.attemptsMax)
    this.#report(fault, isMoved ? 'moved' : isFailed ? 'failed' : 'released')
    if (isMoved) {
      const { generation } = this.#page
      const nextStrategy = isRefused ? 'full' : undefined
      await closeGeneration(this.#services.database, {
        runId,
        generation,
        reason: fault.message,
        nextStrategy,
      })
      await this.#release({ state: 'open', countsAttempt: false, fault })
      return this.#services.queue.enqueueSettle({ runId, generation: this.#page.generation })
    }
    if (isFailed) return this.#release({ state: 'failed', countsAttempt: true, fault })
    await this.#release({ state: 'open', countsAttempt, fault })
    throw await this.#withDelay(fault, attempts)
  }

  #report(fault: Fault, outcome: 'released' | 'failed' | 'moved'): void {
    pageLog(this.#services, this.#page).warn({ err: fault, outcome }, 'page.released')
    const { topic } = this.#page.run
    tell('page.ended', { topic, outcome, kind: fault.kind, rowCount: 0 })
  }

  async #withDelay(fault: Fault, attempts: number): Promise<Fault> {
    if (fault.kind === 'interrupted') return fault
    const retryAfterMs = await this.#waitMs(fault, attempts)
    return new Fault({ ...fault, message: fault.message, retryAfterMs, cause: fault.cause })
  }

  async #waitMs(fault: Fault, attempts: number): Promise<number> {
    const askedMs = Math.min(fault.retryAfterMs ?? 0, LIMITS.retryAfterMsMax)
    if (isThrottled(fault)) return this.#shutGate(askedMs)
    // Who waits longer than the gate is shut comes when others have shut it again.
    if (fault.code === 'SOURCE_PAUSED') return askedMs
    return Math.max(askedMs, this.#backoffMs(fault, attempts))
  }

  #shutGate(askedMs: number): Promise<number> {
    const host = this.#services.sourceOf(topicOf(this.#page.run)).host
    return this.#services.queue.gate.shut(host, askedMs)
  }

  #backoffMs(fault: Fault, attempts: number): number {
    const maxMs = fault.kind === 'unavailable' ? LIMITS.unavailableDelayMsMax : LIMITS.backoffMsMax
    return withJitter(backoffMs(attempts, LIMITS.backoffMsBase, maxMs))
  }

  /** A claim left without an outcome counts as a crash, so a database that is away is waited for. */
  async #release(release: Omit<PageRelease, 'requestCount'>): Promise<void> {
    const startMs = performance.now()
    for (;;) {
      try {
        return await releasePage(this.#services.database, this.#page, {
          ...release,
          requestCount: this.#requestCount,
        })
      } catch (error) {
        const isLate = performance.now() - startMs > RELEASE_PATIENCE_MS
        if (toFault(error).kind === 'terminal' || isLate || this.#signal.aborted) throw error
        await sleep(RELEASE_PAUSE_MS, undefined, { signal: this.#signal }).catch(() => {})
      }
    }
  }
}

/** A portal that does not take the condition of a mirror run's page can still be read whole. */
const isConditionRefused = ({ run }: ClaimedPage, { code }: Fault): boolean =>
  run.strategy === 'mirror' && code === 'SOURCE_QUERY_REFUSED'

/** A portal that is asked too often says nothing about the page: it is waited for until the run's deadline. */
const isThrottled = (fault: Fault): boolean => fault.code === 'SOURCE_THROTTLED'
