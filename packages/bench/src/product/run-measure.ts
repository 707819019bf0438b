import type { Span } from '../profile/phase-record.ts'
import type { ProcessUsage } from '../profile/process-usage.ts'

/** What one process did during a run. */
export interface ProcessMeasure {
  /** Such as `planner`, `worker-1`, `portal`, `redis`, `database`. */
  readonly role: string
  readonly spans: readonly Span[]
  /** Of the run alone; undefined where the system does not tell. */
  readonly usage: ProcessUsage | undefined
}

/** One run of the product, measured from outside and by its own phases. */
export interface RunMeasure {
  readonly runId: string
  /** When planning began, milliseconds since 1970. */
  readonly startMs: number
  /** When the listener had finished the run. */
  readonly endMs: number
  /** From {@link startMs} to {@link endMs}. */
  readonly runMs: number
  /** From {@link startMs} to the final import_log row. */
  readonly finalRowMs: number
  readonly slotCount: number
  /** Processor time that programs of others used meanwhile, milliseconds: above a few percent the times are too long. */
  readonly othersCpuMs: number | undefined
  readonly processes: readonly ProcessMeasure[]
}
