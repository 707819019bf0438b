import {
  portalRows,
  runPlanner,
  startApp,
  startTestStack,
  stopApps,
  storedRows,
  type TestStack,
} from '@gather/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const licence = (number: string, date: string, name = 'Momo') => ({
  license_issue_date: `${date}T00:00:00.000`,
  license_number: number,
  animal_s_name: name,
  species: 'Cat',
  primary_breed: 'Manx',
  zip_code: '98115',
})

let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack({
    rowCount: 1_000,
    topic: { incremental: { strategy: 'cursor', column: 'license_issue_date', operator: '>=' } },
  })
  const apps = [startApp('worker', stack.env), startApp('listener', stack.env)]
  await Promise.all(apps.map((app) => app.waitFor(/\.ready/)))
}, 120_000)
afterAll(async () => {
  await stopApps()
  await stack.close()
})

const run = async (...more: string[]) => {
  const { stdout, stderr } = await runPlanner(
    ['enqueue', 'pet_license', '--wait', '--json', ...more],
    stack.env,
  )
  return JSON.parse(stdout || JSON.stringify({ stderr }))
}
const portal = () => stack.portal.dataset('jguv-t9rb')
const keyOf = async (number: string) => {
  const [row] = await stack.services.database.rows<{ key: number; name: string }>(
    'SELECT pet_license_id AS `key`, animal_s_name AS name FROM pet_license WHERE license_number = ?',
    [number],
  )
  return row
}

describe('the cursor strategy', () => {
  it('reads everything into an empty target', async () => {
    const receipt = await run()
    expect(receipt).toMatchObject({
      mode: 'incremental',
      strategy: 'full',
      state: 'succeeded',
      counts: { stored: 1_000 },
    })
    expect(receipt.note).toContain('the target was empty')
  })

  it('reads rows from the highest stored date on, adds the new ones after the old keys and doubles none', async () => {
    portal().insertRows([licence('N-1', '2031-01-01'), licence('N-2', '2031-01-02')])
    const receipt = await run()
    expect(receipt).toMatchObject({
      strategy: 'cursor',
      state: 'succeeded',
      counts: { inserted: 2, updated: 0, deleted: 0 },
    })
    expect(receipt.counts.read).toBeLessThan(100)
    expect(receipt.notProven).toContain('rows that arrived late')
    expect(await storedRows(stack.services.database, stack.topic)).toEqual(portalRows(portal(), stack.topic))
    expect((await keyOf('N-1'))?.key).toBeGreaterThan(1_000)
  })

  it('gives an edited row its new values under its old key', async () => {
    const before = await keyOf('N-2')
    portal().updateRows((row) => row.license_number === 'N-2', { animal_s_name: 'Zoë "Zo" O\\Neil' })
    expect(await run()).toMatchObject({ counts: { inserted: 0, updated: 1, deleted: 0 } })
    expect(await keyOf('N-2')).toEqual({ key: before?.key, name: 'Zoë "Zo" O\\Neil' })
  })

  it('ends as a success where nothing is new', async () => {
    stack.writeTopic({ incremental: { strategy: 'cursor', column: 'license_issue_date' } })
    expect(await run('--initialize')).toMatchObject({ strategy: 'full', state: 'succeeded' })
    expect(await run()).toMatchObject({
      strategy: 'cursor',
      state: 'succeeded',
      pages: 0,
      counts: { source: 0, stored: 0, inserted: 0 },
    })
    expect(await storedRows(stack.services.database, stack.topic)).toEqual(portalRows(portal(), stack.topic))
  })

  it('replaces a row that shares its key columns but not its id, where the topic names a key', async () => {
    const incremental = { strategy: 'cursor', column: 'license_issue_date', key: ['license_number'] } as const
    stack.writeTopic({ incremental: { ...incremental, key: [...incremental.key] } })
    expect(await run()).toMatchObject({
      strategy: 'full',
      note: expect.stringContaining('the topic file changed'),
    })
    portal().insertRows([licence('N-1', '2032-05-05', 'renewed')])
    expect(await run()).toMatchObject({ strategy: 'cursor', counts: { inserted: 1, updated: 0, deleted: 1 } })
    expect((await keyOf('N-1'))?.name).toBe('renewed')
  })

  it('reads the days before the highest date again with a look-back', async () => {
    stack.writeTopic({ incremental: { strategy: 'cursor', column: 'license_issue_date', lookback_days: 10 } })
    await run('--initialize')
    portal().insertRows([licence('LATE-1', '2032-05-01'), licence('LATE-2', '2032-04-01')])
    expect(await run()).toMatchObject({ counts: { inserted: 1 } })
    expect(await keyOf('LATE-1')).toBeDefined()
    expect(await keyOf('LATE-2')).toBeUndefined()
  })
})
