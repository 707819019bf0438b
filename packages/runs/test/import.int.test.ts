import { findRun, listPages, readLogEntries } from '@gather/ledger'
import {
  eventually,
  portalRows,
  runPlanner,
  startApp,
  startTestStack,
  stopApps,
  storedRows,
  type TestStack,
} from '@gather/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack({ rowCount: 2_500 })
})
afterAll(() => stack.close())
beforeEach(async () => {
  const apps = [startApp('worker', stack.env), startApp('worker', stack.env), startApp('listener', stack.env)]
  await Promise.all(apps.map((app) => app.waitFor(/\.ready/)))
})
afterEach(stopApps)

const importAll = async (...more: string[]) => {
  const result = await runPlanner(['enqueue', 'pet_license', '--wait', '--json', ...more], stack.env)
  expect(result.stderr).not.toContain('planner:')
  return { ...result, receipt: JSON.parse(result.stdout || '{}') }
}

describe('an import from plan to receipt', () => {
  it('stores every row of the portal exactly, and the receipt proves it', async () => {
    const { code, receipt } = await importAll('--initialize')
    expect(code).toBe(0)
    expect(receipt).toMatchObject({
      topic: 'pet_license',
      mode: 'initialize',
      strategy: 'full',
      state: 'succeeded',
      generation: 1,
      pages: 5,
      counts: { source: 2_500, stored: 2_500, read: 2_500, inserted: 2_500, rejected: 0 },
    })
    expect(receipt.digest.source).toBe(receipt.digest.stored)
    expect(await storedRows(stack.services.database, stack.topic)).toEqual(
      portalRows(stack.portal.dataset('jguv-t9rb'), stack.topic),
    )
  })

  it('leaves one start row, one row per page and one success row in the import_log', async () => {
    const { receipt } = await importAll('--initialize')
    const entries = await readLogEntries(stack.services.importLog, receipt.runId)
    expect(entries.map((entry) => entry.event).sort()).toEqual(
      [...Array(5).fill('chunk'), 'start', 'success'].sort(),
    )
    expect(
      entries
        .filter((entry) => entry.event === 'chunk')
        .map((entry) => entry.pageNo)
        .sort(),
    ).toEqual([0, 1, 2, 3, 4])
    expect(entries.at(-1)?.event).toBe('success')
  })

  it('gives rows the keys 1 to n in the order of their ids', async () => {
    await importAll('--initialize')
    const [keys] = await stack.services.database.rows<{ min: number; max: number; n: number }>(
      'SELECT MIN(pet_license_id) AS min, MAX(pet_license_id) AS max, COUNT(*) AS n FROM pet_license',
    )
    expect(keys).toEqual({ min: 1, max: 2_500, n: 2_500 })
  })

  it('keeps an index that was added to the table by hand, and drops what an earlier swap left', async () => {
    await importAll('--initialize')
    await stack.services.database.write('ALTER TABLE pet_license ADD INDEX by_hand (zip_code, species)')
    await importAll('--initialize')
    const { receipt } = await importAll('--initialize')
    const keys = await stack.services.database.rows<{ Key_name: string }>('SHOW INDEX FROM pet_license')
    expect(new Set(keys.map((key) => key.Key_name))).toEqual(
      new Set(['PRIMARY', 'source_row_id', 'license_issue_date', 'license_number', 'by_hand']),
    )
    const left = await stack.services.store.listRunTables()
    expect(left.map((table) => table.table)).toEqual([`_gs_old_${receipt.runId}`])
  })

  it('a reader never sees anything but the whole table while it is replaced', async () => {
    await importAll('--initialize')
    const seen = new Set<number>()
    let reading = true
    const reader = (async () => {
      while (reading) {
        const [row] = await stack.services.database.rows<{ n: number }>(
          'SELECT COUNT(*) AS n FROM pet_license',
        )
        seen.add(row?.n ?? -1)
      }
    })()
    await importAll('--initialize')
    reading = false
    await reader
    expect([...seen]).toEqual([2_500])
  })

  it('waits for a reader that has the table open, lets others read, and can be cancelled meanwhile', async () => {
    await importAll('--initialize')
    const { database } = stack.services
    await database.withOwnSession((reader) =>
      reader.transaction(async () => {
        await reader.rows('SELECT COUNT(*) FROM pet_license')
        const { stdout } = await runPlanner(['enqueue', 'pet_license', '--initialize', '--json'], stack.env)
        const { runId } = JSON.parse(stdout)
        await eventually(
          'the publishing',
          async () => (await findRun(database, runId))?.state === 'publishing',
        )
        expect(await database.rows('SELECT COUNT(*) AS n FROM pet_license')).toEqual([{ n: 2_500 }])
        expect(await runPlanner(['cancel', runId], stack.env)).toMatchObject({ code: 0 })
        expect((await findRun(database, runId))?.state).toBe('cancelled')
      }),
    )
    expect((await importAll('--initialize')).receipt.state).toBe('succeeded')
  })

  it('stores the new state after the portal changed, and every page stands in the ledger', async () => {
    stack.portal.dataset('jguv-t9rb').deleteRows((row) => row.species === 'Goat')
    const { receipt } = await importAll()
    expect(receipt).toMatchObject({ mode: 'incremental', strategy: 'mirror', state: 'succeeded' })
    expect(await storedRows(stack.services.database, stack.topic)).toEqual(
      portalRows(stack.portal.dataset('jguv-t9rb'), stack.topic),
    )
    const pages = await listPages(stack.services.database, receipt.runId, 1)
    expect(pages.every((page) => page.state === 'done')).toBe(true)
  })

  it('a dry run prints the plan and writes nothing', async () => {
    const before = await stack.services.database.rows('SELECT run_id FROM import_run')
    const { code, stdout } = await runPlanner(
      ['enqueue', '-t', 'pet_license', '--initialize', '--dry-run'],
      stack.env,
    )
    expect(code).toBe(0)
    expect(stdout).toContain('nothing was written (--dry-run)')
    expect(await stack.services.database.rows('SELECT run_id FROM import_run')).toEqual(before)
  })
})
