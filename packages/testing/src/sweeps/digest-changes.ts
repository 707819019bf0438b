import { encodePage } from '@gather/store'
import type { Topic } from '@gather/topics'
import type { SeededRandom } from './seeded-random.ts'
import { makeOtherCell, type PortalRow, type ValueRow, valueTopic } from './value-rows.ts'

/**
 * A change of a row that its digest must see:
 * - `swapped`: two columns exchange their values; one of them may be NULL.
 * - `null-moved`: a NULL and the value of another nullable column exchange places.
 * - `empty-null`: an empty text instead of NULL, or the reverse.
 * - `near`: one other value in the row.
 * - `row-id`: another row id.
 */
export const DIGEST_CHANGES = ['swapped', 'null-moved', 'empty-null', 'near', 'row-id'] as const
export type DigestChange = (typeof DIGEST_CHANGES)[number]

interface ChangedRow {
  readonly topic: Topic
  readonly sent: PortalRow
}

const columnCount = valueTopic.columns.length
const nullable = valueTopic.columns.flatMap((column, index) => (column.nullable ? [index] : []))
const emptiable = valueTopic.columns.flatMap(({ type, nullable: isNullable }, index) =>
  isNullable && /^varchar$|text$/.test(type.kind) ? [index] : [],
)

/**
 * Whether the digest of a row is another one after the change.
 * @returns undefined where this row has no place for it. Of four billion true answers about one is a coincidence of CRC32
 * @throws Fault `VALUE_UNFIT` (terminal): the sweep's own rows are wrong
 */
export function digestSees(change: DigestChange, row: ValueRow, random: SeededRandom): boolean | undefined {
  const changed = changeRow(change, row, random)
  if (changed === undefined) return undefined
  const { digestSum } = encodePage(valueTopic, [row.sent], 1)
  return encodePage(changed.topic, [changed.sent], 1).digestSum !== digestSum
}

function changeRow(change: DigestChange, row: ValueRow, random: SeededRandom): ChangedRow | undefined {
  switch (change) {
    case 'swapped':
      return swapColumns(row, random.below(columnCount), random.below(columnCount))
    case 'null-moved':
      return moveNull(row, random.pick(nullable), random.pick(nullable))
    case 'empty-null':
      return exchangeEmpty(row, random.pick(emptiable))
    case 'near':
      return changeCell(row, random, random.below(columnCount))
    case 'row-id': {
      const id = String(row.sent[':id'])
      return { topic: valueTopic, sent: { ...row.sent, ':id': id.slice(0, -1) || `${id}0` } }
    }
  }
}

/** The digest takes the columns in order, so two of the topic's that change places are two values that did. */
function swapColumns(row: ValueRow, left: number, right: number): ChangedRow | undefined {
  const columns = [...valueTopic.columns]
  const [a, b] = [columns[left], columns[right]]
  if (a === undefined || b === undefined || row.stored[left] === row.stored[right]) return undefined
  columns[left] = b
  columns[right] = a
  return { topic: { ...valueTopic, columns }, sent: row.sent }
}

function moveNull(row: ValueRow, left: number, right: number): ChangedRow | undefined {
  const isMove = (row.stored[left] === null) !== (row.stored[right] === null)
  return isMove ? swapColumns(row, left, right) : undefined
}

function exchangeEmpty(row: ValueRow, index: number): ChangedRow | undefined {
  const stored = row.stored[index]
  if (stored !== null && stored !== '') return undefined
  return replaceValue(row, index, stored === null ? '' : null)
}

function changeCell(row: ValueRow, random: SeededRandom, index: number): ChangedRow {
  return replaceValue(row, index, makeOtherCell(random, index, row.stored[index] ?? null).sent)
}

function replaceValue(row: ValueRow, index: number, sent: unknown): ChangedRow {
  const from = valueTopic.columns[index]?.from ?? ''
  return { topic: valueTopic, sent: { ...row.sent, [from]: sent } }
}
