/** Environment variable that names the file to which a process writes its phases. */
export const PHASE_FILE_VARIABLE = 'BENCH_PHASE_FILE'

/** A phase that has ended. Times are milliseconds since 1970, with fractions. */
export interface Span {
  readonly name: string
  readonly startMs: number
  readonly endMs: number
  /** Within its process. */
  readonly id: number
  /** The phase in which it began; 0 where there was none. */
  readonly parentId: number
}

/** A line of a phase file: what a process did since the line before. */
export interface PhaseRecord {
  readonly pid: number
  readonly spans: readonly Span[]
  /** Phases that have begun and not ended. */
  readonly openCount: number
  /** Milliseconds of processor time since the first phase began. */
  readonly cpuMs: number
  /** The same since the process began. */
  readonly cpuWholeMs: number
  readonly rssPeakKb: number
}
