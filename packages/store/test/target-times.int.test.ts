import { createTestDatabase, type TestDatabase } from '@gather/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MysqlStore, type TargetRange } from '../src/index.ts'
import { dropTables, publishRows, topicOf } from './loading-run.ts'

const topic = topicOf({ name: { type: 'varchar(20)' } })
const FIRST = '0001-01-01T00:00:00.000Z'
const LAST = '9999-12-31T23:59:59.999Z'
const DAY_MS = 86_400_000
const day = (number: number, ms = 0) => new Date(Date.UTC(2020, 0, 1) + number * DAY_MS + ms).toISOString()

let testDatabase: TestDatabase
let store: MysqlStore
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  store = new MysqlStore(testDatabase.database)
})
afterAll(() => testDatabase.drop())
beforeEach(() => dropTables(testDatabase.database))

const publish = (times: readonly (string | null)[]) =>
  publishRows(
    testDatabase.database,
    store,
    topic,
    times.map((time, index) => ({ name: 'one', ':id': `row-${index}`, ':updated_at': time })),
  )
const publishNone = async () => {
  await publish([null])
  await testDatabase.database.write('DELETE FROM things')
}
const readHistogram = (range?: TargetRange, bucketsMax = 100) =>
  store.readHistogram(testDatabase.database, topic, { range, bucketsMax })
const countRanges = (ranges: readonly TargetRange[]) =>
  store.countRanges(testDatabase.database, topic, ranges)
const listRowIds = async (times: readonly (string | null)[]) => {
  const rows = await store.listRowIds(testDatabase.database, topic, times)
  return rows.map(({ id, updatedAt }) => `${id} ${updatedAt}`).sort()
}

describe('the histogram of a target', () => {
  it('has one bucket for each millisecond, those without a time first', async () => {
    await publish([day(1), LAST, null, day(1, 1), day(1), FIRST, null])
    expect(await readHistogram()).toEqual([
      { updatedAt: null, rowCount: 2 },
      { updatedAt: FIRST, rowCount: 1 },
      { updatedAt: day(1), rowCount: 2 },
      { updatedAt: day(1, 1), rowCount: 1 },
      { updatedAt: LAST, rowCount: 1 },
    ])
  })

  it('of a range has both its ends, and no rows without a time', async () => {
    await publish([day(1), null, day(2), day(3), day(3, 1)])
    expect(await readHistogram({ from: day(2), to: day(3) })).toEqual([
      { updatedAt: day(2), rowCount: 1 },
      { updatedAt: day(3), rowCount: 1 },
    ])
    expect(await readHistogram({ from: day(5), to: day(6) })).toEqual([])
    expect(await readHistogram({ from: FIRST, to: LAST })).toHaveLength(4)
  })

  it('is none where there are more buckets than asked for', async () => {
    await publish([day(1), day(2), null])
    expect(await readHistogram(undefined, 3)).toHaveLength(3)
    expect(await readHistogram(undefined, 2)).toBeUndefined()
    expect(await readHistogram({ from: day(1), to: day(2) }, 2)).toHaveLength(2)
  })

  it('of an empty table is empty', async () => {
    await publishNone()
    expect(await readHistogram()).toEqual([])
    expect(await readHistogram({ from: FIRST, to: LAST }, 0)).toEqual([])
  })
})

describe('rows counted by ranges', () => {
  it('are those inside, between and beside them, and those without a time', async () => {
    await publish([day(0), day(1), day(1), day(2), day(3), day(4), day(5), day(5), day(5), null])
    const ranges = [
      { from: day(1), to: day(2) },
      { from: day(4), to: day(4) },
    ]
    expect(await countRanges(ranges)).toEqual({ inside: [3, 1], outside: [1, 1, 3], nullCount: 1 })
  })

  it('have nothing between them where they adjoin, to the millisecond', async () => {
    await publish([day(1, -1), day(1), day(2, -1), day(2), day(3, -1), day(3)])
    const ranges = [
      { from: day(1), to: day(2, -1) },
      { from: day(2), to: day(3, -1) },
    ]
    expect(await countRanges(ranges)).toEqual({ inside: [2, 2], outside: [1, 0, 1], nullCount: 0 })
  })

  it('reach from the first year to the last', async () => {
    await publish([FIRST, day(1), LAST, LAST])
    const ranges = [
      { from: FIRST, to: FIRST },
      { from: LAST, to: LAST },
    ]
    expect(await countRanges(ranges)).toEqual({ inside: [1, 2], outside: [0, 1, 0], nullCount: 0 })
    expect(await countRanges([{ from: FIRST, to: LAST }])).toMatchObject({ inside: [4], outside: [0, 0] })
  })

  it('are outside at a time that does not exist, which somebody wrote by hand', async () => {
    await publish([day(1), day(2), day(3)])
    const { database } = testDatabase
    await database.write("UPDATE things SET source_updated_at = '0000-00-00' WHERE source_row_id = 'row-1'")
    const none = '0000-00-00T00:00:00.000Z'
    expect(await countRanges([{ from: day(1), to: day(3) }])).toMatchObject({ inside: [2], outside: [1, 0] })
    expect(await readHistogram({ from: none, to: day(1, -1) })).toEqual([{ updatedAt: none, rowCount: 1 }])
    expect(await listRowIds([none])).toEqual([`row-1 ${none}`])
  })

  it('are counted right beside a column that is called as the result is', async () => {
    const slots = topicOf({ slot: { type: 'int' } })
    const rows = [day(1), day(1), day(2), null].map((time, index) => ({
      slot: index,
      ':id': `row-${index}`,
      ':updated_at': time,
    }))
    await publishRows(testDatabase.database, store, slots, rows)
    expect(await store.countRanges(testDatabase.database, slots, [{ from: day(1), to: day(1) }])).toEqual({
      inside: [2],
      outside: [0, 1],
      nullCount: 1,
    })
  })

  it('are all outside where there is no range', async () => {
    await publish([day(1), day(2), null])
    expect(await countRanges([])).toEqual({ inside: [], outside: [2], nullCount: 1 })
  })

  it('of an empty table are none', async () => {
    await publishNone()
    const range = { from: day(1), to: day(2) }
    expect(await countRanges([range])).toEqual({ inside: [0], outside: [0, 0], nullCount: 0 })
  })

  it('of ten thousand days are counted in one statement', async () => {
    await publish([day(0), day(5_000, 1), day(5_000, 2), day(9_999), day(20_000)])
    const ranges = Array.from({ length: 10_000 }, (_, number) => ({
      from: day(number),
      to: day(number, DAY_MS / 2),
    }))
    const { inside, outside } = await countRanges(ranges)
    expect(inside.flatMap((count, number) => (count > 0 ? [[number, count]] : []))).toEqual([
      [0, 1],
      [5_000, 2],
      [9_999, 1],
    ])
    expect(outside.filter((count) => count > 0)).toEqual([1])
    expect(outside.at(-1)).toBe(1)
  })

  it('are what a count of each by itself would be', async () => {
    const times = Array.from({ length: 60 }, (_, index) =>
      index % 9 === 0 ? null : day(Math.floor(index / 4), (index % 4) - 1),
    )
    await publish(times)
    const anyRanges = fc
      .uniqueArray(fc.tuple(fc.integer({ min: -1, max: 17 }), fc.integer({ min: -2, max: 3 })), {
        selector: ([number, ms]) => `${number}/${ms}`,
        maxLength: 24,
      })
      .map((ends) => ends.map(([number, ms]) => day(number, ms)).sort())
      .map((ends) =>
        ends.flatMap((from, index) => (index % 2 === 0 ? { from, to: ends[index + 1] ?? from } : [])),
      )
    await fc.assert(
      fc.asyncProperty(anyRanges, async (ranges) => {
        const countIf = (isCounted: (time: string) => boolean) =>
          times.filter((time) => time !== null && isCounted(time)).length
        const outside = [...ranges, undefined].map((range, index) =>
          countIf((time) => time > (ranges[index - 1]?.to ?? '') && time < (range?.from ?? '~')),
        )
        expect(await countRanges(ranges)).toEqual({
          inside: ranges.map(({ from, to }) => countIf((time) => from <= time && time <= to)),
          outside,
          nullCount: times.filter((time) => time === null).length,
        })
      }),
      { numRuns: 40 },
    )
  })
})

describe('the ids of a target', () => {
  it('are those of exactly the times asked for', async () => {
    await publish([day(1), day(1, 1), day(1), null, FIRST, LAST])
    expect(await listRowIds([day(1)])).toEqual([`row-0 ${day(1)}`, `row-2 ${day(1)}`])
    expect(await listRowIds([day(1, 1), FIRST, LAST, day(7)])).toEqual([
      `row-1 ${day(1, 1)}`,
      `row-4 ${FIRST}`,
      `row-5 ${LAST}`,
    ])
  })

  it('of rows without a time are asked for by null', async () => {
    await publish([day(1), null, null])
    expect(await listRowIds([null])).toEqual(['row-1 null', 'row-2 null'])
    expect(await listRowIds([null, day(1)])).toHaveLength(3)
    expect(await listRowIds([])).toEqual([])
  })

  it('come once each, of more times than one statement asks for', async () => {
    const times = Array.from({ length: 10_002 }, (_, number) => day(0, number))
    await publish(
      [times.at(0), times.at(9_999), times.at(10_000), times.at(-1), null].map((time) => time ?? null),
    )
    expect(await listRowIds([null, ...times])).toHaveLength(5)
    expect(await listRowIds([...times, null])).toHaveLength(5)
  })
})
