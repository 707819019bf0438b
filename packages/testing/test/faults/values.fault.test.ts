import { type NemesisStack, startApp, startNemesisStack, stopApps, storedRows } from '@gather/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

const PACKET_BYTES = 1024 * 1024
/** Of a packet, what one row takes: the rows of a page are more than one packet together. */
const SHARE = 0.4
const textOf = (share: number) => 'x'.repeat(share * PACKET_BYTES)

/** Hours that clocks leave out or have twice, and the first and the last that there is. */
const ODD_TIMES = [
  '2021-03-14T02:30:00.000',
  '2021-11-07T01:30:00.000',
  '2019-03-31T02:30:00.000',
  '1941-10-01T00:10:00.000',
  '0001-01-01T00:00:00.000',
  '9999-12-31T23:59:59.999',
]

let stack: NemesisStack
beforeAll(async () => {
  stack = await startNemesisStack({
    dataset: {
      id: 'text-time',
      name: 'Texts and times',
      columns: [
        { name: 'Text', fieldName: 'text', dataTypeName: 'text' },
        { name: 'Time', fieldName: 'time', dataTypeName: 'calendar_date' },
      ],
      rows: ODD_TIMES.map((time) => ({ text: textOf(SHARE), time })),
    },
    topic: {
      target: { store: 'mysql', table: 'texts_and_times' },
      columns: { text: { from: 'text', type: 'longtext' }, time: { from: 'time', type: 'datetime' } },
      indexes: [],
    },
    env: { TZ: 'Asia/Kolkata' },
  })
  await createTarget()
  const { database } = stack.testDatabase
  await database.write("SET GLOBAL time_zone = '-08:00'")
  await database.write(`SET GLOBAL max_allowed_packet = ${PACKET_BYTES}`)
  const worker = startApp('worker', { ...stack.env, TZ: 'America/New_York' })
  await Promise.all([worker.waitFor(/\.ready/), stack.start('listener')])
})
afterAll(async () => {
  await stopApps()
  await stack.close()
})

/** What there is before a run is read by the nemesis stack, so the table must be there. */
async function createTarget(): Promise<void> {
  const run = { runId: 'before', generation: 1 }
  await stack.services.store.createStaging(stack.topic, run)
  await stack.services.store.dropStaging(run)
}

async function importAll() {
  const trial = await stack.begin({ withReader: true })
  const { reasonCode } = await trial.ended()
  return { reasonCode, violations: await trial.check() }
}

it('33: time zones of processes and server change no time', async () => {
  expect(await importAll()).toEqual({ reasonCode: null, violations: [] })
  const stored = (await storedRows(stack.services.database, stack.topic)).join()
  expect(ODD_TIMES.filter((time) => !stored.includes(time))).toEqual([])
})

it('34: a row above max_allowed_packet fails its run, a page above it does not', async () => {
  const setFirst = (share: number) =>
    stack.portal.dataset('text-time').updateRows((row) => row.time === ODD_TIMES[0], { text: textOf(share) })
  setFirst(1.1)
  expect(await importAll()).toEqual({ reasonCode: 'ROW_TOO_LARGE', violations: [] })
  setFirst(SHARE)
  expect(await importAll()).toEqual({ reasonCode: null, violations: [] })
})
