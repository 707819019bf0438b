import type { PhaseReport } from './phase.ts'

/** A phase that is over. */
export interface PhaseResult extends PhaseReport {
  readonly name: string
  readonly durationMs: number
}

/** The report of a soak as plain text: what was injected, what was checked, what was violated. */
export function renderReport(results: readonly PhaseResult[], replay: string): string {
  const violationCount = results.reduce((sum, { violations }) => sum + violations.length, 0)
  const phases = results.map(({ name, durationMs, counts, violations }) =>
    [
      `${name} (${Math.round(durationMs / 1000)} s)`,
      ...counts.map(([what, count]) => `  ${what.padEnd(44)} ${String(count).padStart(12)}`),
      ...violations.map((violation) => `  VIOLATION ${violation}`),
    ].join('\n'),
  )
  return [...phases, `${violationCount} violations; ${replay}`].join('\n\n')
}
