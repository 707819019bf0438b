import { Chaos, type ChaosRun, startChaosStack } from '../chaos/run-chaos.ts'
import { INVARIANTS } from '../checker/check-run.ts'
import type { Phase, SoakContext } from './phase.ts'

/** What the release gate wants of chaos: section 4 of the fault catalogue. */
const GATE: readonly { readonly what: string; readonly pattern: RegExp; readonly countMin: number }[] = [
  { what: 'kills of processes', pattern: /^kill /, countMin: 1_000 },
  { what: 'kills of Redis', pattern: /^redis-(kill|cut)/, countMin: 100 },
  { what: 'kills of the database', pattern: /^database-kill/, countMin: 100 },
  { what: 'jobs lost by Redis', pattern: /^redis-(flush|cut)/, countMin: 20 },
]

/** Runs of a whole data set under random faults, until the time is over or something is violated. */
export const chaosPhase: Phase = {
  name: 'chaos',
  async run(context) {
    const stack = await startChaosStack()
    const chaos = new Chaos(stack)
    const runs: ChaosRun[] = []
    const troubles: string[] = []
    for (const step of [() => playRuns(context, chaos, runs), () => chaos.close(), () => stack.close()])
      await step().catch((error: unknown) => troubles.push(String(error)))
    return {
      counts: [
        ...countRuns(runs),
        ...GATE.map(
          ({ what, pattern, countMin }) => [what, describeShare(sum(chaos, pattern), countMin)] as const,
        ),
        ...[...chaos.faultCounts].sort().map(([what, count]) => [`  ${what}`, count] as const),
        ['invariants checked', runs.length * Object.keys(INVARIANTS).length],
      ],
      violations: [
        ...runs.flatMap(({ plan, violations }) =>
          violations.map(({ invariant, message }) => `${invariant} in run ${plan.runNo}: ${message}`),
        ),
        ...troubles,
        ...(runs.some(({ state }) => state === 'succeeded') ? [] : ['no run succeeded']),
      ],
    }
  },
}

async function playRuns(context: SoakContext, chaos: Chaos, runs: ChaosRun[]): Promise<void> {
  const { seed, onlyRun, chaosMs, log } = context
  const deadline = performance.now() + chaosMs
  for (let runNo = onlyRun ?? 1; ; runNo += 1) {
    const run = await chaos.run(seed, runNo)
    runs.push(run)
    log(
      `chaos run ${runNo} ${run.state}${run.reasonCode === null ? '' : ` (${run.reasonCode})`} in ${(run.durationMs / 1000).toFixed(1)} s, ${sum(chaos, /^kill /)} kills so far, ${run.violations.length} violations`,
    )
    const isEnough = onlyRun !== undefined || performance.now() > deadline
    if (isEnough || run.violations.length > 0) return
  }
}

const describeShare = (count: number, countMin: number): string =>
  `${count} of ${countMin}${count < countMin ? ', gate not reached' : ''}`

const sum = ({ faultCounts }: Chaos, pattern: RegExp): number =>
  [...faultCounts].reduce((total, [name, count]) => total + (pattern.test(name) ? count : 0), 0)

function countRuns(runs: readonly ChaosRun[]): (readonly [string, number])[] {
  const ends = new Map<string, number>()
  for (const { state, reasonCode } of runs) {
    const end = reasonCode === null ? `runs that ${state}` : `runs that ${state} by ${reasonCode}`
    ends.set(end, (ends.get(end) ?? 0) + 1)
  }
  return [['runs', runs.length], ...[...ends].sort()]
}
