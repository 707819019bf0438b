import type { HandChange, IncrementalSchedule, IncrementalStep, PortalChange } from './incremental-plan.ts'

/** One line that names the schedule, by which it replays, and what it does up to step `stepNo` (from 1). */
export function describeIncrements(schedule: IncrementalSchedule, stepNo: number): string {
  const { seed, scheduleNo, firstTimes, steps } = schedule
  const told = steps.slice(0, stepNo).map((step, index) => `run ${index + 1}: ${describeStep(step)}`)
  return `seed ${seed}, schedule ${scheduleNo} (times: ${firstTimes}; ${told.join('; ')})`
}

function describeStep({ form, before, during, byHand, strike }: IncrementalStep): string {
  const told = [
    ...(form === 'exact' ? [] : [`versions: ${form}`]),
    ...before.map(describeChange),
    ...byHand.map((change) => `by hand ${describeChange(change)}`),
    ...during.map((change) => `${describeChange(change)} at request ${change.requestNo}`),
    ...(strike === undefined ? [] : [`kill of the ${strike.app} at ${strike.point}`]),
  ]
  return told.join(', ') || 'nothing happens'
}

const describeChange = ({ kind, place, rowCount }: PortalChange | HandChange): string =>
  `${kind} of ${rowCount} from ${(100 * place).toFixed(0)} %`
