import { type Events, onEvent, type PhaseWatcher, watchPhases } from '@gather/platform'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** From a statement to a cold query of a portal, which may take minutes. */
const PHASE_SECONDS = [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180]

/**
 * What a process counts of itself from now on: Node's own measures, the phases of its work, its requests, and what its app
 * defines besides. Labels have few values, whatever is imported.
 */
export class ProcessMetrics {
  readonly #registry = new Registry()
  readonly #endings: (() => void)[] = []

  constructor() {
    collectDefaultMetrics({ register: this.#registry })
    this.#countPhases()
    const rejected = this.counter('gather_jobs_rejected_total', 'Jobs that were not done, by kind of fault', [
      'queue',
      'kind',
    ])
    this.on('job.rejected', ({ queue, kind }) => rejected.inc({ queue, kind }))
    const requests = this.counter('gather_source_requests_total', 'Requests sent to portals')
    this.on('source.requested', () => requests.inc())
    const bytes = this.counter('gather_source_received_bytes_total', 'Bytes of answers, as portals sent them')
    this.on('source.answered', ({ byteCount }) => bytes.inc(byteCount))
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  counter(name: string, help: string, labelNames: readonly string[] = []): Counter {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.#registry] })
  }

  gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.#registry] })
  }

  /** Hears of an event until {@link close}. */
  on<Name extends keyof Events>(name: Name, hear: (event: Events[Name]) => void): void {
    this.#endings.push(onEvent(name, hear))
  }

  /** Watches phases until {@link close}. */
  watch(watcher: PhaseWatcher): void {
    this.#endings.push(watchPhases(watcher))
  }

  /** Prometheus text of what was counted so far. */
  render(): Promise<string> {
    return this.#registry.metrics()
  }

  /** Counts no more; may be called twice. */
  close(): void {
    for (const end of this.#endings.splice(0)) end()
    this.#registry.clear()
  }

  #countPhases(): void {
    const seconds = new Histogram({
      name: 'gather_phase_duration_seconds',
      help: 'Durations of the parts of the work, those that failed included',
      labelNames: ['phase'],
      buckets: PHASE_SECONDS,
      registers: [this.#registry],
    })
    this.watch({ ended: (phase, durationMs) => seconds.observe({ phase }, durationMs / 1000) })
  }
}
