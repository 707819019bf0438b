import type { Topic } from '@gather/topics'
import { defineThings } from './loading-run.ts'
import type { SeededRandom } from './seeded-random.ts'
import {
  booleanCell,
  type Cell,
  type CellMaker,
  dateCell,
  datetimeCell,
  decimalCell,
  doubleCell,
  jsonCell,
  longTextCell,
  textCell,
  wholeCell,
} from './value-cells.ts'

/** One column of every kind; each comes twice in a row, as `maybe_…` and as `always_…`, which is never NULL. */
const KINDS: Readonly<Record<string, { readonly type: string; readonly make: CellMaker }>> = {
  varchar: { type: 'varchar(50)', make: textCell },
  text: { type: 'text', make: textCell },
  mediumtext: { type: 'mediumtext', make: longTextCell },
  longtext: { type: 'longtext', make: longTextCell },
  int: { type: 'int', make: wholeCell(32) },
  bigint: { type: 'bigint', make: wholeCell(64) },
  decimal: { type: 'decimal(18,4)', make: decimalCell(18, 4) },
  widest_decimal: { type: 'decimal(65,30)', make: decimalCell(65, 30) },
  double: { type: 'double', make: doubleCell },
  boolean: { type: 'boolean', make: booleanCell },
  date: { type: 'date', make: dateCell },
  datetime: { type: 'datetime', make: datetimeCell },
  json: { type: 'json', make: jsonCell },
}

const COLUMNS = Object.entries(KINDS).flatMap(([kind, { type, make }]) => [
  { name: `maybe_${kind}`, type, make: orNull(make) },
  { name: `always_${kind}`, type, make },
])

/** The topic of these rows. */
export const valueTopic: Topic = defineThings(
  Object.fromEntries(COLUMNS.map(({ name, type }) => [name, { type, null: name.startsWith('maybe_') }])),
)

const NULL_CHANCE = 1 / 6

function orNull(make: CellMaker): CellMaker {
  return (random) => {
    const chance = random.next()
    if (chance > NULL_CHANCE) return make(random)
    return { sent: chance > NULL_CHANCE / 2 ? null : undefined, stored: null }
  }
}

export type PortalRow = Readonly<Record<string, unknown>>

/** A row as sent, and as stored: in the order of the table without its key. */
export interface ValueRow {
  readonly sent: PortalRow
  readonly stored: readonly (string | null)[]
}

const changedAt = orNull(datetimeCell)

/** One row of {@link valueTopic}, with an id that no other row has. */
export function makeValueRow(random: SeededRandom, rowId: string): ValueRow {
  const sent: Record<string, unknown> = {}
  const stored: (string | null)[] = []
  const add = (from: string, cell: Cell) => {
    if (cell.sent !== undefined) sent[from] = cell.sent
    stored.push(cell.stored)
  }
  for (const { name, make } of COLUMNS) add(name, make(random))
  add(':id', { sent: rowId, stored: rowId })
  add(':updated_at', changedAt(random))
  return { sent, stored }
}

/** Another cell for a column of {@link valueTopic}, stored differently than `stored`. */
export function makeOtherCell(random: SeededRandom, columnIndex: number, stored: string | null): Cell {
  const make = COLUMNS[columnIndex]?.make
  if (make === undefined) throw new Error(`there is no column ${columnIndex}`)
  for (;;) {
    const cell = make(random)
    if (cell.stored !== stored) return cell
  }
}
