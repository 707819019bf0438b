/** What one part of the soak did and found. */
export interface PhaseReport {
  /** What was injected or checked, in the order to be shown. */
  readonly counts: readonly (readonly [what: string, count: number | string])[]
  /** What must not happen, each with what replays it. */
  readonly violations: readonly string[]
}

export interface SoakContext {
  readonly seed: number
  /** Of the release gate's volumes; 1 is all of them. */
  readonly share: number
  /** Milliseconds that chaos goes on. */
  readonly chaosMs: number
  /** Plays this one run of chaos alone. */
  readonly onlyRun: number | undefined
  /** Tells people what is going on. */
  log(line: string): void
}

/** A part of the soak, on servers of its own. */
export interface Phase {
  readonly name: string
  run(context: SoakContext): Promise<PhaseReport>
}

/** The share of a volume that this soak is to reach. */
export const volumeOf = ({ share }: SoakContext, gate: number): number => Math.ceil(gate * share)

/** Figures by name as lines of a report, indented below what they are part of. */
export const listCounts = (counts: Readonly<Record<string, number>>): (readonly [string, number])[] =>
  Object.entries(counts).map(([what, count]) => [`  ${what}`, count] as const)
