import {
  portalRows,
  runPlanner,
  startApp,
  startTestStack,
  stopApps,
  storedRows,
  type TestStack,
} from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { verifyTopic } from '../src/index.ts'

const ROWS = 1_000
let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack({ rowCount: ROWS })
  const apps = [startApp('worker', stack.env), startApp('listener', stack.env)]
  await Promise.all(apps.map((app) => app.waitFor(/\.ready/)))
  await planner('enqueue', 'pet_license', '--initialize', '--wait')
}, 120_000)
afterAll(async () => {
  await stopApps()
  await stack?.close()
})
afterEach(async () => {
  stack.portal.setFault(undefined)
  await expectMended()
})

const planner = (...args: string[]) => runPlanner(args, stack.env)
/** By the command, with its exit code. */
const command = async (...more: string[]) => {
  const { code, stdout, stderr } = await planner('verify', 'pet_license', '--json', ...more)
  return { code, stderr, ...JSON.parse(stdout || '{}') }
}
const verify = (deep = false) =>
  verifyTopic(stack.services, stack.topic, { deep, signal: AbortSignal.timeout(60_000) })
const portal = () => stack.portal.dataset('jguv-t9rb')
const write = (sql: string, params: unknown[] = []) => stack.services.database.write(sql, params)
const ids = async (count: number): Promise<string[]> => {
  const rows = await stack.services.database.rows<{ id: string }>(
    'SELECT source_row_id AS id FROM pet_license ORDER BY pet_license_id LIMIT ?',
    [count],
  )
  return rows.map(({ id }) => id)
}
const addByHand = (id: string) =>
  write(
    `INSERT INTO pet_license SELECT 900000 + pet_license_id, license_issue_date, license_number, 'Nobody', species, primary_breed,
       secondary_breed, zip_code, ?, source_updated_at FROM pet_license WHERE pet_license_id = 7`,
    [id],
  )
const expectMended = async () =>
  expect(await storedRows(stack.services.database, stack.topic)).toEqual(portalRows(portal(), stack.topic))
const NONE = { count: 0, examples: [] }

describe('planner verify', () => {
  it('finds a table equal, by a few requests, and changes nothing', async () => {
    const runs = await planner('runs', '--json')
    expect(await command()).toMatchObject({
      code: 0,
      isEqual: true,
      isTouched: false,
      sourceRows: ROWS,
      targetRows: ROWS,
      missing: NONE,
      surplus: NONE,
      outdated: NONE,
    })
    expect(await verify(true)).toMatchObject({ isEqual: true, changed: { count: 0 } })
    expect((await planner('runs', '--json')).stdout).toBe(runs.stdout)
  })

  it('finds rows that were removed, added and moved to another time by hand, and mends them by a run that reads no others', async () => {
    const [gone = '', exchanged = '', moved = ''] = await ids(3)
    await write('DELETE FROM pet_license WHERE source_row_id IN (?)', [[gone, exchanged]])
    await addByHand('row-aaaa-aaaa-aaaa')
    await write("UPDATE pet_license SET source_updated_at = '2011-01-01' WHERE source_row_id = ?", [moved])
    const found = {
      isEqual: false,
      isTouched: true,
      missing: { count: 2, examples: expect.arrayContaining([gone, exchanged]) },
      surplus: { count: 1, examples: ['row-aaaa-aaaa-aaaa'] },
      outdated: { count: 1, examples: [moved] },
    }
    expect(await command()).toMatchObject({ code: 1, ...found })
    const repaired = await command('--repair')
    expect(repaired).toMatchObject({
      code: 0,
      ...found,
      repair: {
        strategy: 'mirror',
        state: 'succeeded',
        counts: { read: 3, inserted: 2, updated: 1, deleted: 1 },
      },
    })
    expect(repaired.repair.notProven).not.toContain('by hand')
    expect(await verify(true)).toMatchObject({ isEqual: true, isTouched: false })
  })

  it('finds rows that the source changed since, and mends them', async () => {
    const [first = ''] = await ids(1)
    portal().updateRows((row) => row[':id'] === first, { animal_s_name: 'Zoë' })
    portal().deleteRows((row) => row.license_number === portal().rowAt(500)?.license_number)
    portal().insertRows([{ ...portal().rowAt(600), ':updated_at': '2012-03-04T05:06:07.008Z' }])
    const found = await verify()
    expect(found).toMatchObject({ missing: { count: 1 }, outdated: { count: 1, examples: [first] } })
    expect(found.surplus.count).toBeGreaterThan(0)
    expect(await command('--repair')).toMatchObject({ code: 0, repair: { state: 'succeeded' } })
  })

  it('tells rows without a time of change apart', async () => {
    const [first = '', second = '', third = ''] = await ids(3)
    portal().updateRows((row) => row[':id'] === first || row[':id'] === third, { ':updated_at': null })
    expect(await verify()).toMatchObject({
      isEqual: false,
      outdated: { count: 2 },
      missing: NONE,
      surplus: NONE,
    })
    await planner('enqueue', 'pet_license', '--wait')
    expect(await verify(true)).toMatchObject({ isEqual: true })
    await write('DELETE FROM pet_license WHERE source_row_id = ?', [first])
    await write('UPDATE pet_license SET source_updated_at = NULL WHERE source_row_id = ?', [second])
    expect(await verify()).toMatchObject({
      missing: { count: 1, examples: [first] },
      outdated: { count: 1, examples: [second] },
      surplus: NONE,
    })
    expect(await command('--repair')).toMatchObject({ code: 0, repair: { state: 'succeeded' } })
  })

  it('finds values that were changed by hand with --deep, shows them, and reads only those rows to mend them', async () => {
    const [, first = '', second = ''] = await ids(3)
    await write('UPDATE pet_license SET animal_s_name = \'Zoe "Z"\' WHERE source_row_id = ?', [first])
    await write('UPDATE pet_license SET zip_code = NULL WHERE source_row_id = ?', [second])
    expect(await verify()).toMatchObject({ isEqual: true, isTouched: true })
    const found = await command('--deep')
    expect(found).toMatchObject({ code: 1, isEqual: false, missing: NONE, changed: { count: 2 } })
    expect(found.changed.examples).toEqual(
      expect.arrayContaining([
        { id: first, columns: [expect.objectContaining({ column: 'animal_s_name', stored: 'Zoe "Z"' })] },
        { id: second, columns: [expect.objectContaining({ column: 'zip_code', stored: null })] },
      ]),
    )
    expect(found).not.toHaveProperty('changed.ids')
    const { stdout } = await planner('verify', 'pet_license', '--deep')
    expect(stdout).toContain(`${first}: animal_s_name is "Zoe \\"Z\\"", at the source `)
    expect(stdout).toContain('planner verify pet_license --deep --repair')
    expect(await command('--deep', '--repair')).toMatchObject({
      code: 0,
      repair: { strategy: 'mirror', state: 'succeeded', counts: { updated: 2, inserted: 0, deleted: 0 } },
    })
    expect(await verify(true)).toMatchObject({ isEqual: true, isTouched: false })
  })

  it('mends values and rows of one bucket at once, and reads no row twice', async () => {
    const [{ time = '' } = {}] = await stack.services.database.rows<{ time: string }>(
      'SELECT source_updated_at AS time FROM pet_license GROUP BY 1 HAVING COUNT(*) > 10 ORDER BY COUNT(*) LIMIT 1',
    )
    await write('DELETE FROM pet_license WHERE source_updated_at = ? ORDER BY source_row_id DESC LIMIT 9', [
      time,
    ])
    await write("UPDATE pet_license SET species = 'Wolf' WHERE source_updated_at = ?", [time])
    await write("UPDATE pet_license SET species = 'Fox' WHERE source_updated_at IS NULL")
    const repaired = await command('--deep', '--repair')
    expect(repaired).toMatchObject({ code: 0, missing: { count: 9 }, repair: { state: 'succeeded' } })
    expect(repaired.changed.count).toBeGreaterThan(1)
  })

  it('mends what a mirror run can not see: a row that came much later than the time it bears', async () => {
    await planner('enqueue', 'pet_license', '--wait')
    const row = portal().rowAt(900)
    portal().deleteRows((each) => each[':id'] === row?.[':id'])
    portal().insertRows([{ ...row, animal_s_name: 'Late' }])
    const { stdout } = await planner('enqueue', 'pet_license', '--wait', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      strategy: 'mirror',
      counts: { inserted: 0, updated: 0, deleted: 0 },
      notProven: expect.stringContaining('more than 48 h after'),
    })
    const found = { missing: { count: 1 }, surplus: { count: 1 } }
    expect(await command('--deep')).toMatchObject({ code: 1, ...found })
    expect(await command('--deep', '--repair')).toMatchObject({
      code: 0,
      ...found,
      repair: { strategy: 'mirror', generation: 1, counts: { inserted: 1, updated: 0, deleted: 1 } },
    })
  })

  it('mends more rows than one request can name', async () => {
    const changed = 430
    await write("UPDATE pet_license SET animal_s_name = 'Nobody' ORDER BY source_row_id LIMIT ?", [changed])
    expect(await command('--deep', '--repair')).toMatchObject({
      code: 0,
      changed: { count: changed },
      repair: { strategy: 'mirror', state: 'succeeded', counts: { updated: changed } },
    })
  })

  it('starts again where the source moves while it is compared', async () => {
    let requestCount = 0
    stack.portal.setFault(() => {
      requestCount += 1
      return requestCount === 3
        ? { kind: 'mutate', apply: () => void portal().updateRows((row) => row[':id'] === 'none', {}) }
        : undefined
    })
    expect(await verify(true)).toMatchObject({ isEqual: true })
    expect(requestCount).toBeGreaterThan(10)
  })

  it('says what can not be compared, with the mend', async () => {
    stack.portal.setFault((request) =>
      request.query.has('$group') ? { kind: 'status', status: 400 } : undefined,
    )
    const refused = await command()
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(/pet_license can't be verified by comparing: .*--initialize/)
    stack.writeTopic({ target: { store: 'mysql', table: 'not_there' } })
    expect((await command()).stderr).toContain('there is no table not_there yet')
    stack.writeTopic({})
  })

  it('mends a topic of another strategy by reading everything', async () => {
    stack.writeTopic({ incremental: { strategy: 'full' } })
    const [first = ''] = await ids(1)
    await write('DELETE FROM pet_license WHERE source_row_id = ?', [first])
    expect(await command('--repair')).toMatchObject({
      code: 0,
      missing: { count: 1, examples: [first] },
      repair: { strategy: 'full', state: 'succeeded' },
    })
  })
})
