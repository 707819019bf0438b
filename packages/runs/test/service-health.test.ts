import { expect, test } from 'vitest'
import { shareWhilePending } from '../src/service-health.ts'

test('a question that is under way is not asked again, and one that is over is', async () => {
  let askedCount = 0
  const answers: ((value: number) => void)[] = []
  const ask = shareWhilePending(() => {
    askedCount += 1
    return new Promise<number>((resolve) => answers.push(resolve))
  })
  const [first, second] = [ask(), ask()]
  answers[0]?.(1)
  expect(await Promise.all([first, second])).toEqual([1, 1])
  void ask()
  expect(askedCount).toBe(2)
})
