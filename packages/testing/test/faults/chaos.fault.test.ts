import { FAULT_POINTS } from '@gather/platform'
import { Chaos, startChaosStack } from '@gather/testing'
import { expect, it } from 'vitest'

const SEED = 20_190_723
const RUNS_MAX = 8

it('45: whatever dies, in any order: every run ends exact or says why it did not', async () => {
  const stack = await startChaosStack()
  const chaos = new Chaos(stack)
  try {
    for (let runNo = 1; runNo <= RUNS_MAX && !isEnough(chaos); runNo += 1) {
      const { violations } = await chaos.run(SEED, runNo)
      expect(violations, `seed ${SEED}, run ${runNo}`).toEqual([])
    }
    expect(isEnough(chaos), JSON.stringify([...chaos.faultCounts])).toBe(true)
  } finally {
    await chaos.close()
    await stack.close()
  }
}, 300_000)

/** What the test command is to inject at least. */
function isEnough({ faultCounts }: Chaos): boolean {
  const count = (pattern: RegExp) =>
    [...faultCounts].reduce((sum, [name, times]) => sum + (pattern.test(name) ? times : 0), 0)
  return (
    FAULT_POINTS.every((point) => faultCounts.has(`kill at ${point}`)) &&
    count(/^kill /) >= 40 &&
    count(/^redis-(kill|cut)/) >= 3 &&
    count(/^database-kill/) >= 3 &&
    count(/^redis-flush/) >= 1
  )
}
