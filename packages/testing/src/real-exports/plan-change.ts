import type { PortalRecord } from '@gather/sample-portal'

/** What makes other rows of the old ones, as three operations that may be done in any order. */
export interface PlannedChange {
  /** Patches by the `:id` of the row that gets them; what the new row lacks is null in them. */
  readonly updates: ReadonlyMap<unknown, PortalRecord>
  /** The `:id` of each row that goes. */
  readonly deletedIds: ReadonlySet<unknown>
  readonly inserts: readonly PortalRecord[]
}

/**
 * The change of a data set's rows into `records`, whose system fields are not looked at. Rows that are equal in all
 * columns stay, one for one; of the rest an old and a new row with the same licence number are an update.
 * @param oldRows as the data set's handle gives them, with their `:id`
 * @param records in wire form, such as those of an export
 */
export function planChange(oldRows: Iterable<PortalRecord>, records: Iterable<PortalRecord>): PlannedChange {
  const changed = pairRows(oldRows, records, contentOf)
  const renewed = pairRows(changed.oldRows, changed.newRows, (row) => String(row.license_number))
  return {
    updates: new Map(renewed.pairs.map(([oldRow, newRow]) => [oldRow[':id'], patchOf(oldRow, newRow)])),
    deletedIds: new Set(renewed.oldRows.map((row) => row[':id'])),
    inserts: renewed.newRows.map(withoutSystemFields),
  }
}

/** The same text for rows that are equal in all columns; null and absent mean the same. */
export function contentOf(row: PortalRecord): string {
  const names = Object.keys(row).filter((name) => !name.startsWith(':') && (row[name] ?? null) !== null)
  return JSON.stringify(names.sort().map((name) => [name, row[name]]))
}

interface Pairing {
  readonly pairs: readonly (readonly [oldRow: PortalRecord, newRow: PortalRecord])[]
  /** Those without a partner, in their order, and so are the new ones. */
  readonly oldRows: readonly PortalRecord[]
  readonly newRows: readonly PortalRecord[]
}

/** Gives each old row the first new one of the same key that has no partner yet. */
function pairRows(
  oldRows: Iterable<PortalRecord>,
  newRows: Iterable<PortalRecord>,
  keyOf: (row: PortalRecord) => string,
): Pairing {
  const waiting = Map.groupBy(newRows, keyOf)
  const pairs: [PortalRecord, PortalRecord][] = []
  const left: PortalRecord[] = []
  for (const oldRow of oldRows) {
    const newRow = waiting.get(keyOf(oldRow))?.shift()
    if (newRow === undefined) left.push(oldRow)
    else pairs.push([oldRow, newRow])
  }
  return { pairs, oldRows: left, newRows: [...waiting.values()].flat() }
}

function patchOf(oldRow: PortalRecord, newRow: PortalRecord): PortalRecord {
  const emptied = Object.keys(withoutSystemFields(oldRow)).map((name) => [name, null])
  return { ...Object.fromEntries(emptied), ...withoutSystemFields(newRow) }
}

function withoutSystemFields(row: PortalRecord): PortalRecord {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith(':')))
}
