import type { RunMeasure } from '../product/run-measure.ts'
import type { Figure } from '../report/scenario-report.ts'

/** Peak memory of each of the product's processes over several runs, and what else the machine was busy with. */
export function processFigures(runs: readonly RunMeasure[]): Figure[] {
  const others = runs.flatMap(({ othersCpuMs }) => (othersCpuMs === undefined ? [] : [othersCpuMs / 1000]))
  const what = 'processor time of other programs'
  return [
    ...peakFigures(runs),
    ...(others.length === 0 ? [] : [{ what, unit: 's' as const, samples: others }]),
  ]
}

function peakFigures(runs: readonly RunMeasure[]): Figure[] {
  const roles = runs[0]?.processes
    .map(({ role }) => role)
    .filter((role) => /^(planner|worker|listener)/.test(role))
  return (roles ?? []).flatMap((role) => {
    const samples = runs.flatMap(({ processes }) => {
      const usage = processes.find((process) => process.role === role)?.usage
      return usage === undefined ? [] : [usage.rssPeakKb / 1024]
    })
    const goal = role.startsWith('worker') ? { goalMax: 200 } : {}
    return samples.length === 0
      ? []
      : [{ what: `peak memory of ${role}`, unit: 'MB' as const, samples, ...goal }]
  })
}
