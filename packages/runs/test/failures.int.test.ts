import { rmSync, writeFileSync } from 'node:fs'
import { readLogEntries } from '@gather/ledger'
import type { FaultAction, FaultRequest } from '@gather/sample-portal'
import {
  portalRows,
  type RowSet,
  runPlanner,
  startApp,
  startTestStack,
  stopApps,
  storedRows,
  type TestStack,
} from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { beginLoading, planRun, recordPlan } from '../src/index.ts'

const ROWS = 1_000
let stack: TestStack
let good: RowSet
beforeAll(async () => {
  stack = await startTestStack({ rowCount: ROWS })
  await startPool()
  expect((await enqueue()).code).toBe(0)
  good = portalRows(stack.portal.dataset('jguv-t9rb'), stack.topic)
}, 120_000)
afterAll(async () => {
  await stopApps()
  await stack.close()
})
afterEach(() => {
  stack.portal.setFault(undefined)
  stack.writeTopic({})
})

const startPool = async () => {
  const apps = [startApp('worker', stack.env), startApp('listener', stack.env)]
  await Promise.all(apps.map((app) => app.waitFor(/\.ready/)))
}
const enqueue = (...more: string[]) =>
  runPlanner(['enqueue', 'pet_license', '--initialize', '--wait', '--json', ...more], stack.env)
const isPage = (request: FaultRequest) => request.query.has('$order')
const onPages = (action: FaultAction) =>
  stack.portal.setFault((request) => (isPage(request) ? action : undefined))

/** One clear sentence on standard error, nothing else. */
const expectRefusal = (
  result: { code: number | null; stdout: string; stderr: string },
  code: number,
  text: RegExp,
) => {
  expect(result.stderr).toMatch(text)
  expect(result.stderr.trim().split('\n')).toHaveLength(1)
  expect(result.stderr).not.toMatch(/ {4}at |node:internal/)
  expect(result.stdout).toBe('')
  expect(result.code).toBe(code)
}

/** A run that failed: exit code 1, its reason in receipt and import_log, the target as it was, no staging left. */
const expectFailedRun = async (result: { code: number | null; stdout: string }, reason: RegExp) => {
  const receipt = JSON.parse(result.stdout)
  expect(receipt.state).toBe('failed')
  expect(receipt.reason).toMatch(reason)
  expect(result.code).toBe(1)
  const finals = (await readLogEntries(stack.services.importLog, receipt.runId)).filter(
    (entry) => entry.phase === 'final',
  )
  expect(finals.map((entry) => entry.event)).toEqual(['failure'])
  expect(finals[0]?.comments).toMatch(reason)
  expect(await storedRows(stack.services.database, stack.topic)).toEqual(good)
  const tables = await stack.services.store.listRunTables()
  expect(tables.filter((table) => !table.old)).toEqual([])
}

describe('what stops before a run exists', () => {
  it('an unknown topic', async () => {
    expectRefusal(
      await runPlanner(['enqueue', 'cats'], stack.env),
      2,
      /there is no topic "cats"; topics are pet_license/,
    )
  })

  it('a topic file that is not right', async () => {
    const { TOPICS_DIR } = stack.env
    writeFileSync(`${TOPICS_DIR}/broken.yaml`, 'topic: [')
    expectRefusal(await runPlanner(['enqueue', 'pet_license'], stack.env), 2, /topic file .*broken\.yaml: /)
    rmSync(`${TOPICS_DIR}/broken.yaml`)
  })

  it.each([
    ['MYSQL_URL', { MYSQL_URL: '' }, 2, /MYSQL_URL is not set/],
    ['Redis', { REDIS_URL: 'redis://127.0.0.1:1' }, 3, /Redis can't be reached at 127\.0\.0\.1:1/],
    ['the database', { MYSQL_URL: 'mysql://importuser:x@127.0.0.1:1/rover' }, 3, /database 127\.0\.0\.1:1: /],
  ])('%s not to be reached', async (_name, env, code, text) => {
    expectRefusal(await runPlanner(['enqueue', 'pet_license'], { ...stack.env, ...env }), code, text)
  })

  it('wrong credentials, without showing them', async () => {
    const url = new URL(stack.env.MYSQL_URL ?? '')
    url.password = 'not-the-password'
    const result = await runPlanner(['enqueue', 'pet_license'], { ...stack.env, MYSQL_URL: url.href })
    expectRefusal(result, 2, /Access denied/)
    expect(result.stderr).not.toContain('not-the-password')
  })

  it('a database without the tables', async () => {
    const url = new URL(stack.env.MYSQL_URL ?? '')
    url.pathname = '/mysql'
    expectRefusal(await runPlanner(['runs'], { ...stack.env, MYSQL_URL: url.href }), 2, /planner migrate/)
  })

  it('a portal that is not there', async () => {
    const host = '127.0.0.1:1'
    stack.writeTopic({ source: { kind: 'socrata', url: `http://${host}`, dataset: 'jguv-t9rb' } })
    const result = await runPlanner(['enqueue', 'pet_license'], { ...stack.env, INSECURE_SOURCE_HOSTS: host })
    expectRefusal(result, 3, /127\.0\.0\.1:1/)
  })

  it('a data set that is not there', async () => {
    stack.writeTopic({ source: { kind: 'socrata', url: stack.portal.url, dataset: 'none-here' } })
    expectRefusal(await enqueue(), 1, /none-here/)
  })

  it('a field that the data set does not have', async () => {
    const columns = { ...stack.topic.definition.columns, colour: { from: 'colour', type: 'varchar(20)' } }
    stack.writeTopic({ columns })
    expectRefusal(await enqueue(), 1, /has no field colour; its fields are .*zip_code/)
  })

  it.each([
    [403, 1],
    [500, 3],
  ])('a portal that answers %i to everything', async (status, code) => {
    stack.portal.setFault(() => ({ kind: 'status', status }))
    expectRefusal(await enqueue(), code, new RegExp(String(status)))
  })

  it('an empty data set, unless it is allowed', async () => {
    const empty = await startTestStack({ rowCount: 0 })
    expectRefusal(
      await runPlanner(['enqueue', 'pet_license', '--initialize'], empty.env),
      1,
      /is empty .*--allow-empty/,
    )
    await empty.close()
  })

  it('a target with a trigger', async () => {
    await stack.services.database.write(
      'CREATE TRIGGER watch AFTER INSERT ON pet_license FOR EACH ROW SET @seen = 1',
    )
    const result = await enqueue()
    await stack.services.database.write('DROP TRIGGER watch')
    expectRefusal(result, 1, /pet_license can't be replaced: it has triggers \(watch\).*drop them/)
    expect(await storedRows(stack.services.database, stack.topic)).toEqual(good)
  })

  it('a second planner while a run of the table is open', async () => {
    onPages({ kind: 'delay', delayMs: 6_000 })
    const first = await runPlanner(['enqueue', 'pet_license', '--initialize', '--json'], stack.env)
    const second = await runPlanner(['enqueue', 'pet_license', '--initialize'], stack.env)
    const { runId } = JSON.parse(first.stdout)
    expectRefusal(second, 1, new RegExp(`run ${runId} .* still fills pet_license; .*planner cancel`))
    expect((await runPlanner(['cancel', runId], stack.env)).code).toBe(0)
    expect(await storedRows(stack.services.database, stack.topic)).toEqual(good)
  })
})

describe('what fails a run', () => {
  it('a value that does not fit its column is named and never cut', async () => {
    stack.writeTopic({
      columns: {
        ...stack.topic.definition.columns,
        primary_breed: { from: 'primary_breed', type: 'varchar(5)' },
      },
    })
    await expectFailedRun(
      await enqueue(),
      /row row-.*: column primary_breed can't hold ".*": it has \d+ characters, the column holds 5/,
    )
  })

  it('a target that got a trigger after the run was planned', async () => {
    const options = { initialize: true, allowEmpty: false, allowShrink: false }
    const plan = await planRun(stack.services, stack.topic, options, AbortSignal.timeout(10_000))
    await recordPlan(stack.services, plan)
    await stack.services.database.write(
      'CREATE TRIGGER watch AFTER INSERT ON pet_license FOR EACH ROW SET @seen = 1',
    )
    await expect(beginLoading(stack.services, plan.runId)).rejects.toThrow(/it has triggers/)
    await stack.services.database.write('DROP TRIGGER watch')
    const { code, stdout } = await runPlanner(['show', plan.runId, '--json'], stack.env)
    await expectFailedRun({ code, stdout }, /it has triggers/)
  })

  it.each<[string, FaultAction, RegExp]>([
    [
      '400',
      { kind: 'status', status: 400, body: '{"message":"no","errorCode":"query.soql.bad-parse"}' },
      /page \d .*400/,
    ],
    ['403', { kind: 'status', status: 403 }, /page \d .*403/],
    [
      'a redirect',
      { kind: 'status', status: 302, headers: { location: 'http://169.254.169.254/' } },
      /page \d .*redirect/i,
    ],
  ])('a portal that answers %s to a page', async (_name, action, reason) => {
    onPages(action)
    await expectFailedRun(await enqueue(), reason)
  })
})
