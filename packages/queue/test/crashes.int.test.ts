import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { eventually } from '@gather/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pageJobId } from '../src/contracts.ts'
import { type OwnQueue, openOwnQueue, pagesOf } from './own-queue.ts'

const SCRIPT = fileURLToPath(new URL('./hanging-worker.ts', import.meta.url))
const [page] = pagesOf(1)
const children = new Set<ChildProcess>()
let own: OwnQueue
beforeEach(() => {
  own = openOwnQueue()
})
afterEach(async () => {
  await Promise.all([...children].map(kill))
  await own.close()
})

/** Starts a worker process that never ends a page. */
const startHanging = async (lockMs: number) => {
  const args = [SCRIPT, own.redisUrl, own.prefix, String(lockMs)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  children.add(child)
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  await eventually('a worker process', () => output.includes('ready') || output.includes('took'))
  return { child, hasTaken: () => output.includes('took 0') }
}

const kill = async (child: ChildProcess) => {
  children.delete(child)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}

const readJob = () => own.queue.pages.getJob(pageJobId(page!))

describe('a page whose worker was killed', () => {
  it('is taken over after the lock, not before, within two locks, and is never dead in between', async () => {
    const lockMs = 2_000
    const hanging = await startHanging(lockMs)
    await own.queue.enqueuePages([page!])
    await eventually('the page at work', hanging.hasTaken)
    const runsMs: number[] = []
    own.startPages(async () => void runsMs.push(performance.now()), { lockMs })
    await kill(hanging.child)
    const killedMs = performance.now()
    await eventually('another worker', async () => {
      if (runsMs.length === 0) expect(await own.queue.findDeadPages([page!])).toEqual([])
      return runsMs.length > 0
    })
    // Half a lock: the other half may have passed since the dead worker renewed it.
    expect(runsMs[0]! - killedMs).toBeGreaterThan(lockMs / 2 - 200)
    expect(runsMs[0]! - killedMs).toBeLessThan(2 * lockMs)
    await eventually('its end', async () => (await (await readJob())?.getState()) === 'completed')
  })

  it('five times does not fail: the ledger counts crashes, BullMQ must not', async () => {
    const lockMs = 300
    await own.queue.enqueuePages([page!])
    for (let crash = 1; crash <= 5; crash++) {
      const hanging = await startHanging(lockMs)
      await eventually(`the page at work for the ${crash}. time`, hanging.hasTaken)
      await kill(hanging.child)
    }
    let runs = 0
    own.startPages(async () => void runs++, { lockMs })
    await eventually('its end', async () => (await (await readJob())?.getState()) === 'completed')
    const job = await readJob()
    expect(runs).toBe(1)
    expect(job?.stalledCounter).toBe(5)
    expect(job?.failedReason).toBeUndefined()
  })
})
