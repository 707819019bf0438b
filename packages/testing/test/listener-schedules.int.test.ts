import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findSchedule, saveSchedule } from '@gather/ledger'
import { petLicenseDataset, type SamplePortal, startSamplePortal } from '@gather/sample-portal'
import { eventually, startApp, startTestStack, stopApps, type TestStack } from '@gather/testing'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'

const LONG_AGO = '2026-11-01 12:00:00.000'
/** Their waits of a portal that is away add up to about two minutes. */
const AT_ONCE_MS = 20_000
const AWAY = Array.from({ length: 8 }, (_, number) => `away_${number}`)

let stack: TestStack
let awayPortal: SamplePortal
beforeAll(async () => {
  stack = await startTestStack({ rowCount: 100 })
  awayPortal = await startSamplePortal({ datasets: [petLicenseDataset({ rowCount: 100 })] })
  awayPortal.setFault(() => ({ kind: 'status', status: 503 }))
})
afterEach(stopApps)
afterAll(async () => {
  await awayPortal.close()
  await stack.close()
})

const makeDue = (topic: string) =>
  saveSchedule(
    stack.services.database,
    { topic, cron: '0 3 * * *', timeZone: 'UTC', mode: 'incremental' },
    LONG_AGO,
  )

async function addAwayTopic(topic: string): Promise<void> {
  const { definition } = stack.topic
  const file = {
    ...definition,
    topic,
    source: { ...definition.source, url: awayPortal.url },
    target: { ...definition.target, table: topic },
  }
  writeFileSync(join(stack.env.TOPICS_DIR ?? '', `${topic}.yaml`), JSON.stringify(file))
  await makeDue(topic)
}

const outcomeOf = async (topic: string) => (await findSchedule(stack.services.database, topic))?.lastOutcome

it('a listener warns of a job whose topic has no schedule, and says where it may come from', async () => {
  const listener = startApp('listener', stack.env)
  await stack.services.queue.occurrences.wake('pet_license')
  await listener.waitFor(/schedule\.unknown/)
  const line =
    listener
      .output()
      .split('\n')
      .find((text) => text.includes('schedule.unknown')) ?? ''
  expect(JSON.parse(line)).toMatchObject({
    topic: 'pet_license',
    reason: expect.stringContaining('another installation uses this Redis for a schema of the same name'),
  })
})

it('the schedules of a portal that is away do not hold up those of others', async () => {
  for (const topic of AWAY) await addAwayTopic(topic)
  const hosts = [stack.portal.url, awayPortal.url].map((url) => new URL(url).host)
  const listener = startApp('listener', { ...stack.env, INSECURE_SOURCE_HOSTS: hosts.join(',') })
  await listener.waitFor(/listener\.ready/)
  const { jobs } = stack.services.queue.occurrences
  await eventually('all of them at work', async () => (await jobs.getActiveCount()) === AWAY.length)
  await makeDue('pet_license')
  await eventually('the run', async () => (await outcomeOf('pet_license')) === 'started', AT_ONCE_MS)
  expect(await Promise.all(AWAY.map(outcomeOf))).toEqual(AWAY.map(() => null))
})
