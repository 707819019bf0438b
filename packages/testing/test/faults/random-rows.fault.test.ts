import {
  type NemesisStack,
  recordHistory,
  runPlanner,
  startApp,
  startNemesisStack,
  startTestStack,
  stopApps,
  storedRows,
  type TestStack,
} from '@gather/testing'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { followRun } from './follow-run.ts'

const PACKET_BYTES = 1024 * 1024
/** Of a packet, what one row takes: some are more than one packet together. */
const SHARE = 0.4
let stack: NemesisStack
let longTexts: TestStack
beforeAll(async () => {
  stack = await startNemesisStack({ rowCount: 100, topic: { page_rows: 20 }, env: { TZ: 'Asia/Kolkata' } })
  longTexts = await startTestStack({
    servers: { redisUrl: stack.redis.url, mysqlAdminUrl: stack.databaseServer.adminUrl },
    dataset: {
      id: 'long-text',
      name: 'Long texts',
      columns: [{ name: 'Text', fieldName: 'text', dataTypeName: 'text' }],
      rows: Array.from({ length: 8 }, (_, n) => ({ text: textOf(n, SHARE) })),
    },
    topic: {
      target: { store: 'mysql', table: 'long_texts' },
      columns: { text: { from: 'text', type: 'longtext' } },
      indexes: [],
    },
  })
  await recordHistory(longTexts.services.database)
})
afterEach(() => stopApps())
afterAll(async () => {
  await longTexts.close()
  await stack.close()
})

/** A text of one digit that takes this share of a packet. */
const textOf = (digit: number, share: number) => String(digit).repeat(share * PACKET_BYTES)

/** Hours that clocks leave out or have twice, and the first and the last that there is. */
const ODD_TIMES = [
  '2021-03-14T02:30:00.000',
  '2021-11-07T01:30:00.000',
  '2019-03-31T02:30:00.000',
  '1941-10-01T00:10:00.000',
  '0001-01-01T00:00:00.000',
  '9999-12-31T23:59:59.999',
]

it('33: time zones of processes and server change no row', async () => {
  await stack.testDatabase.database.write("SET GLOBAL time_zone = '-08:00'")
  const times = ODD_TIMES.values()
  stack.portal.dataset(stack.topic.source.dataset).updateRows(
    () => true,
    (row) => ({ license_issue_date: times.next().value ?? row.license_issue_date }),
  )
  const worker = startApp('worker', { ...stack.env, TZ: 'America/New_York' })
  await Promise.all([worker.waitFor(/\.ready/), stack.start('listener')])
  const trial = await stack.begin({ withReader: true })
  expect((await trial.ended()).reason).toBeNull()
  expect(await trial.check()).toEqual([])
  const stored = (await storedRows(stack.services.database, stack.topic)).join()
  expect(ODD_TIMES.filter((time) => !stored.includes(time))).toEqual([])
})

it('34: pages above max_allowed_packet are stored; a row above it fails its run, and the next is none the worse', async () => {
  await stack.testDatabase.database.write(`SET GLOBAL max_allowed_packet = ${PACKET_BYTES}`)
  const apps = [startApp('worker', longTexts.env), startApp('listener', longTexts.env)]
  await Promise.all(apps.map((app) => app.waitFor(/\.ready/)))
  const setFirst = (share: number) =>
    longTexts.portal
      .dataset('long-text')
      .updateRows((row) => String(row.text).startsWith('0'), { text: textOf(0, share) })
  expect(await importLongTexts()).toMatchObject({ run: { reason: null }, violations: [] })
  for (const share of [0.9, 1.1]) {
    setFirst(share)
    expect(await importLongTexts()).toMatchObject({ run: { reasonCode: 'ROW_TOO_LARGE' }, violations: [] })
  }
  setFirst(SHARE)
  expect(await importLongTexts()).toMatchObject({ run: { reason: null }, violations: [] })
})

async function importLongTexts() {
  const before = await storedRows(longTexts.services.database, longTexts.topic).catch(() => [])
  const args = ['enqueue', longTexts.topic.name, '--initialize', '--json']
  const { stdout, stderr } = await runPlanner(args, longTexts.env)
  if (stdout === '') throw new Error(stderr)
  return followRun(longTexts, JSON.parse(stdout).runId, before)
}
