import { stopApps } from '@gather/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { datasetOf, licences, type MirrorStack, numbered, startMirrorStack } from './mirror-stack.ts'

const oldTime = (index: number) => new Date(Date.UTC(2019, 2, 1 + index, 8)).toISOString()
/** Of the bucket in which tests take and add rows. */
const DAMAGED_TIME = oldTime(3)

let mirrored: MirrorStack
beforeAll(async () => {
  const rows = licences('OLD', 1_200, (index) => oldTime(Math.floor(index / 40)))
  mirrored = await startMirrorStack({ dataset: datasetOf(rows), topic: { page_rows: 100 } })
  await mirrored.full('the target was empty')
}, 120_000)
afterAll(async () => {
  await stopApps()
  await mirrored?.stack.close()
})
const portal = () => mirrored.portal()
const write = (sql: string) => mirrored.stack.services.database.write(sql)

/** Adds copies of rows with ids and keys of their own. */
const addByHand = async (fromKey: number, count: number, time = DAMAGED_TIME) => {
  const at = `'${time.replace('T', ' ').replace('Z', '')}'`
  await write(`INSERT INTO pet_license SELECT pet_license_id + ${fromKey}, license_issue_date, license_number, animal_s_name,
    species, primary_breed, secondary_breed, zip_code, CONCAT('row-hand-', pet_license_id + ${fromKey}), ${at}
    FROM pet_license ORDER BY pet_license_id LIMIT ${count}`)
}
const deleteByHand = (like: string) => write(`DELETE FROM pet_license WHERE license_number LIKE '${like}'`)

describe('rows of our own table', () => {
  it('deleted by hand are read again', async () => {
    await deleteByHand('OLD-13_')
    expect(await mirrored.mirror({ read: 10, inserted: 10 })).toMatchObject({
      note: expect.stringContaining('added or removed by hand'),
    })
  })

  it('deleted by hand, a whole bucket of them', async () => {
    await write(`DELETE FROM pet_license WHERE source_updated_at = '2019-03-06 08:00:00.000'`)
    await mirrored.mirror({ read: 40, inserted: 40 })
  })

  it('added by hand are deleted', async () => {
    await addByHand(50_000, 7)
    await mirrored.mirror({ deleted: 7, pages: 0 })
  })

  it('added by hand with a time that the source does not have, and with none', async () => {
    await addByHand(60_000, 3, '2019-03-03T03:03:03.003Z')
    await write(`UPDATE pet_license SET source_updated_at = NULL WHERE source_row_id = 'row-hand-60001'`)
    await mirrored.mirror({ deleted: 3, pages: 0 })
  })

  it('deleted and added by hand in one old bucket, so that its count is equal', async () => {
    await deleteByHand('OLD-12_')
    await addByHand(70_000, 10)
    await mirrored.mirror({ read: 10, inserted: 10, deleted: 10 })
  })

  it('the same while the source changed too', async () => {
    await deleteByHand('OLD-14_')
    await addByHand(80_000, 10)
    portal().updateRows(numbered(/^OLD-20\d$/), { animal_s_name: 'edited' })
    portal().deleteRows(numbered(/^OLD-13[0-4]$/))
    const receipt = await mirrored.mirror({ read: 20, inserted: 10, updated: 10, deleted: 15 })
    expect(receipt.notProven).toContain('changed by hand')
  })

  it('given other times by hand', async () => {
    await write(
      `UPDATE pet_license SET source_updated_at = '2019-03-03 08:00:00.000' WHERE license_number LIKE 'OLD-15_'`,
    )
    await write(`UPDATE pet_license SET source_updated_at = NULL WHERE license_number LIKE 'OLD-16_'`)
    await mirrored.mirror({ read: 20, updated: 20 })
  })

  it('given other ids by hand', async () => {
    await write(
      `UPDATE pet_license SET source_row_id = CONCAT(source_row_id, 'x') WHERE license_number LIKE 'OLD-17_'`,
    )
    await mirrored.mirror({ read: 10, inserted: 10, deleted: 10 })
  })

  it('given other values by hand are read with all others, and the receipt says why', async () => {
    await write(`UPDATE pet_license SET animal_s_name = 'by hand' WHERE license_number = 'OLD-180'`)
    expect(await mirrored.full('were changed by hand')).not.toHaveProperty('notProven')
    expect((await mirrored.mirror({ pages: 0 })).notProven).not.toContain('by hand')
  })

  it('given other values by hand while the source changed', async () => {
    await write(`UPDATE pet_license SET zip_code = NULL WHERE license_number = 'OLD-190'`)
    portal().updateRows(numbered(/^OLD-19\d$/), { species: 'Goat' })
    await mirrored.full('were changed by hand')
  })

  it('given other values, removed and added by hand: the digest that they have to have does not come out', async () => {
    await write(`UPDATE pet_license SET zip_code = NULL WHERE license_number = 'OLD-191'`)
    await deleteByHand('OLD-200')
    await addByHand(90_000, 1)
    expect(await mirrored.full('was not equal to it after the merge')).toMatchObject({ generation: 2 })
  })

  it('all deleted by hand are all read', async () => {
    await write('DELETE FROM pet_license')
    await mirrored.full('the target was empty')
  })

  it('most of them deleted by hand are all read too', async () => {
    await write('DELETE FROM pet_license WHERE pet_license_id % 3 > 0')
    await mirrored.full('most rows of the source are not in the table')
  })
})

const readKeyMax = async () => {
  const [row] = await mirrored.stack.services.database.rows<{ key: number }>(
    'SELECT MAX(pet_license_id) AS `key` FROM pet_license',
  )
  return Number(row?.key)
}

describe('a table that somebody changes between plan and settling', () => {
  const zip = (like: string) =>
    write(`UPDATE pet_license SET zip_code = '1' WHERE license_number LIKE '${like}'`)
  const cases: readonly (readonly [string, (number: number) => Promise<unknown>])[] = [
    ['a row added', () => addByHand(1_000_000, 1)],
    ['a row added under the key that a new one gets', async () => addByHand(await readKeyMax(), 1)],
    [
      'a row added and one removed, of one bucket',
      async () => {
        await deleteByHand('OLD-121')
        await addByHand(1_100_000, 1)
      },
    ],
    ['a row removed', () => deleteByHand('OLD-300')],
    ['the row removed that is to be deleted', (number) => deleteByHand(`GONE-${number}`)],
    ['the row removed that is to be updated', (number) => deleteByHand(`EDIT-${number}`)],
    ['the row changed that is to be deleted', (number) => zip(`GONE-${number}`)],
    ['the row changed that is to be updated', (number) => zip(`EDIT-${number}`)],
    ['a value changed', () => zip('OLD-301')],
    ['all rows removed', () => write('DELETE FROM pet_license')],
  ]
  const numberedCases = cases.map(([what, damage], number) => [what, number, damage] as const)
  beforeAll(async () => {
    portal().insertRows([...licences('GONE', cases.length), ...licences('EDIT', cases.length)])
    await mirrored.mirror({ read: 20, inserted: 20 })
  })

  it.each(numberedCases)('%s: nothing is merged, everything is read', async (_what, number, damage) => {
    portal().insertRows(licences(`NEW-${number}`, 3))
    portal().updateRows(numbered(new RegExp(`^EDIT-${number}$`)), { animal_s_name: 'edited' })
    portal().deleteRows(numbered(new RegExp(`^GONE-${number}$`)))
    const plan = await mirrored.plan()
    expect(plan).toMatchObject({ strategy: 'mirror', plannedRows: 4 })
    await damage(number)
    const before = await mirrored.countRows()
    const receipt = await mirrored.full('was not equal to it after the merge', () => mirrored.finish(plan))
    expect(receipt).toMatchObject({ generation: 2, counts: { before } })
  })
})
