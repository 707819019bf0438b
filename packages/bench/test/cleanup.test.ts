import { expect, test } from 'vitest'
import { createCleanup } from '../src/cleanup.ts'

test('steps run once, the last one first, also when one fails', async () => {
  const told: string[] = []
  const done: string[] = []
  const cleanup = createCleanup((line) => told.push(line))
  cleanup.add(() => done.push('first'))
  cleanup.add(async () => {
    throw new Error('stuck')
  })
  cleanup.add(async () => done.push('last'))
  await Promise.all([cleanup.run(), cleanup.run()])
  expect(done).toEqual(['last', 'first'])
  expect(told).toEqual(['cleaning up: stuck'])
})
