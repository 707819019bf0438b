import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type DatasetSpec, readPortalCsv } from '@gather/sample-portal'
import {
  portalRows,
  runPlanner,
  startApp,
  startTestStack,
  stopApps,
  storedRows,
  type TestStack,
} from '@gather/testing'
import { afterEach, describe, expect, it } from 'vitest'

const SHARED = new URL('../../../../shared/data/', import.meta.url)
const shared = (file: string) => {
  const path = fileURLToPath(new URL(file, SHARED))
  return existsSync(path) ? path : undefined
}

let stack: TestStack | undefined
afterEach(async () => {
  await stopApps()
  await stack?.close()
})

const importWith = async (options: Parameters<typeof startTestStack>[0]) => {
  stack = await startTestStack(options)
  const apps = [startApp('worker', stack.env), startApp('listener', stack.env)]
  await Promise.all(apps.map((app) => app.waitFor(/\.ready/)))
  const { stdout, stderr } = await runPlanner(
    ['enqueue', stack.topic.name, '--initialize', '--wait', '--json'],
    stack.env,
  )
  expect(stderr).not.toContain('unexpected')
  return { stack, receipt: JSON.parse(stdout || JSON.stringify({ stderr })) }
}

/** Every type a topic can store, in a data set of another portal's shape. */
const TYPES: DatasetSpec = {
  id: 'abcd-1234',
  name: 'All types',
  columns: [
    { name: 'Text', fieldName: 'text', dataTypeName: 'text' },
    { name: 'Amount', fieldName: 'amount', dataTypeName: 'number' },
    { name: 'Ratio', fieldName: 'ratio', dataTypeName: 'number' },
    { name: 'Big', fieldName: 'big', dataTypeName: 'number' },
    { name: 'Flag', fieldName: 'flag', dataTypeName: 'checkbox' },
    { name: 'Day', fieldName: 'day', dataTypeName: 'calendar_date' },
    { name: 'At', fieldName: 'at', dataTypeName: 'date' },
    { name: 'Place', fieldName: 'place', dataTypeName: 'point' },
  ],
  rows: [
    {
      text: 'tab\there\nline "quote" \\N \\ \u0000 🐈 Zoë ',
      amount: '1000010100.50',
      ratio: '0.1',
      big: '9007199254740993',
      flag: true,
      day: '2020-02-29T00:00:00.000',
      at: '2014-10-14T07:00:00.123Z',
      place: { type: 'Point', coordinates: [-122.3, 47.6] },
    },
    { text: '', amount: '-0', ratio: '1e-7', big: '-42', flag: false, day: '0201-01-01T00:00:00.000' },
    {},
  ],
}

describe('data sets of other shapes', () => {
  it('every column type is stored exactly, and null is not an empty text', async () => {
    const columns = {
      text: { from: 'text', type: 'text' },
      amount: { from: 'amount', type: 'decimal(20,4)' },
      ratio: { from: 'ratio', type: 'double' },
      big: { from: 'big', type: 'bigint' },
      flag: { from: 'flag', type: 'boolean' },
      day: { from: 'day', type: 'date' },
      at: { from: 'at', type: 'datetime' },
      place: { from: 'place', type: 'json' },
    }
    const target = { store: 'mysql', table: 'all_types' } as const
    const { stack, receipt } = await importWith({
      dataset: TYPES,
      topic: { topic: 'all_types', target, indexes: [['text']], columns },
    })
    expect(receipt).toMatchObject({ state: 'succeeded', counts: { source: 3, stored: 3 } })
    const rows = await stack.services.database.rows(
      `SELECT text, CAST(amount AS CHAR) amount, CAST(ratio AS CHAR) ratio, CAST(big AS CHAR) big, flag, day, at, place FROM all_types
       ORDER BY all_types_id`,
    )
    expect(rows).toEqual([
      {
        text: 'tab\there\nline "quote" \\N \\ \u0000 🐈 Zoë ',
        amount: '1000010100.5000',
        ratio: '0.1',
        big: '9007199254740993',
        flag: 1,
        day: '2020-02-29',
        at: '2014-10-14 07:00:00.123',
        place: '{"type":"Point","coordinates":[-122.3,47.6]}',
      },
      {
        text: '',
        amount: '0.0000',
        ratio: '0.0000001',
        big: '-42',
        flag: 0,
        day: '0201-01-01',
        at: null,
        place: null,
      },
      { text: null, amount: null, ratio: null, big: null, flag: null, day: null, at: null, place: null },
    ])
  })

  it('the real 2019-07 export is stored row for row, or as many generated licences where it is absent', async () => {
    const csv = shared('seattle_pet_licenses_2019-07.csv.gz')
    const dataset = csv
      ? { dataset: readPortalCsv(csv, { id: 'jguv-t9rb', name: 'Seattle Pet Licenses' }) }
      : { rowCount: 51_754 }
    const { stack, receipt } = await importWith({ ...dataset, topic: { page_rows: 10_000 } })
    expect(receipt).toMatchObject({
      state: 'succeeded',
      pages: 6,
      counts: { source: 51_754, stored: 51_754 },
    })
    expect(await storedRows(stack.services.database, stack.topic)).toEqual(
      portalRows(stack.portal.dataset('jguv-t9rb'), stack.topic),
    )
  })

  it("a predecessor's table is recognised, replaced and kept", async () => {
    stack = await startTestStack({ rowCount: 600 })
    const { database } = stack.services
    await database.write('DROP TABLE pet_license')
    await database.write(
      `CREATE TABLE pet_license (
         pet_license_id INT AUTO_INCREMENT PRIMARY KEY, license_issue_date DATETIME NOT NULL, license_number VARCHAR(20) NOT NULL,
         animal_s_name VARCHAR(50) NULL, species VARCHAR(50) NOT NULL, primary_breed VARCHAR(50) NOT NULL,
         secondary_breed VARCHAR(50) NULL, zip_code VARCHAR(10) NULL) DEFAULT CHARSET=latin1`,
    )
    await database.write(
      "INSERT INTO pet_license (license_issue_date, license_number, species, primary_breed) VALUES ('2018-01-01', 'OLD-1', 'Cat', 'Manx')",
    )
    const apps = [startApp('worker', stack.env), startApp('listener', stack.env)]
    await Promise.all(apps.map((app) => app.waitFor(/\.ready/)))
    const { stdout } = await runPlanner(['enqueue', 'pet_license', '--wait', '--json'], stack.env)
    const receipt = JSON.parse(stdout)
    expect(receipt).toMatchObject({ state: 'succeeded', strategy: 'full', counts: { stored: 600 } })
    expect(receipt.note).toContain('had other columns before and was replaced')
    expect(await storedRows(stack.services.database, stack.topic)).toEqual(
      portalRows(stack.portal.dataset('jguv-t9rb'), stack.topic),
    )
    expect(await database.rows(`SELECT license_number FROM _gs_old_${receipt.runId}`)).toEqual([
      { license_number: 'OLD-1' },
    ])
  })
})
