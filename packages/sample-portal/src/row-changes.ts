import type { DatasetHandle } from './dataset-handle.ts'
import type { PortalRecord } from './dataset-spec.ts'
import type { Random } from './random.ts'
import { isSystemField } from './system-field.ts'

/** Adds rows with the values of others. */
export function addCopies(dataset: DatasetHandle, count: number, random: Random): void {
  dataset.insertRows(
    Array.from({ length: count }, () =>
      withoutSystemFields(dataset.rowAt(Math.floor(random() * dataset.rowCount)) ?? {}),
    ),
  )
}

/** Gives some rows, all if there are not so many, the values of others. */
export function changeSome(dataset: DatasetHandle, count: number, random: Random): void {
  const { rowCount } = dataset
  const isChosen = chooseRows(rowCount, count, random)
  dataset.updateRows(isChosen, (row) => {
    const other = dataset.rowAt(Math.floor(random() * rowCount)) ?? {}
    const names = new Set([...Object.keys(row), ...Object.keys(other)])
    return Object.fromEntries(
      [...names].filter((name) => !isSystemField(name)).map((name) => [name, other[name] ?? null]),
    )
  })
}

/** Deletes some rows, all if there are not so many. */
export function deleteSome(dataset: DatasetHandle, count: number, random: Random): void {
  dataset.deleteRows(chooseRows(dataset.rowCount, count, random))
}

/** Replaces all rows by ones with the same values. */
export function renewAll(dataset: DatasetHandle): void {
  dataset.replaceAll(dataset.rows().map(withoutSystemFields))
}

function withoutSystemFields(row: PortalRecord): PortalRecord {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !isSystemField(name)))
}

/** Tells for each row in turn whether it is one of `count` chosen at random. */
function chooseRows(rowCount: number, count: number, random: Random): (row: PortalRecord) => boolean {
  let left = Math.min(rowCount, count)
  let index = 0
  return () => {
    const chosen = random() * (rowCount - index) < left
    index += 1
    if (chosen) left -= 1
    return chosen
  }
}
