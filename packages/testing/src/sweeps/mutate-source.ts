import type { DatasetHandle } from '@gather/sample-portal'
import type { Mutation, MutationKind } from './mutation-plan.ts'

type PortalRecord = ReturnType<DatasetHandle['rows']>[number]

/** A mutation, whenever it comes. */
export type Change = Omit<Mutation, 'requestNo'>

/** A data set that mutations change, and that goes back to what it was. */
export interface MutableSource {
  mutate(mutation: Change): void
  /** The first columns, and the first rows under new ids. */
  restore(): void
}

const SHRINK_LEAVES = 0.2
const ZIP_CODE = { name: 'ZIP Code', fieldName: 'zip_code', dataTypeName: 'text' }

/** Changes the pet licences of a portal. */
export function createMutableSource(dataset: DatasetHandle): MutableSource {
  const firstRows = dataset.rows().map(withoutSystemFields)
  let schemaChanges: SchemaChange[] = []
  return {
    mutate(mutation) {
      const schemaChange = SCHEMA_CHANGES.find(({ kind }) => kind === mutation.kind)
      if (schemaChange === undefined) return changeRows(dataset, mutation)
      if (schemaChanges.some(({ column }) => column === schemaChange.column)) return
      schemaChange.apply(dataset)
      schemaChanges = [schemaChange, ...schemaChanges]
    },
    restore() {
      for (const { undo } of schemaChanges) undo(dataset)
      schemaChanges = []
      dataset.replaceAll(firstRows)
    },
  }
}

interface SchemaChange {
  readonly kind: MutationKind
  /** Of changes of the same column only the first happens. */
  readonly column: string
  apply(dataset: DatasetHandle): void
  undo(dataset: DatasetHandle): void
}

const SCHEMA_CHANGES: readonly SchemaChange[] = [
  {
    kind: 'addColumn',
    column: 'weight',
    apply: (dataset) => dataset.addColumn({ name: 'Weight', fieldName: 'weight', dataTypeName: 'number' }),
    undo: (dataset) => dataset.removeColumn('weight'),
  },
  {
    kind: 'retypeColumn',
    column: 'zip_code',
    apply: (dataset) => dataset.retypeColumn('zip_code', 'number'),
    undo: (dataset) => dataset.retypeColumn('zip_code', 'text'),
  },
  {
    kind: 'removeColumn',
    column: 'zip_code',
    apply: (dataset) => dataset.removeColumn('zip_code'),
    undo: (dataset) => dataset.addColumn(ZIP_CODE),
  },
  {
    kind: 'renameColumn',
    column: 'primary_breed',
    apply: (dataset) => dataset.renameColumn('primary_breed', 'breed'),
    undo: (dataset) => dataset.renameColumn('breed', 'primary_breed'),
  },
  { kind: 'swapColumns', column: 'animal_s_name', apply: swapColumns, undo: swapColumns },
]

/** Neither names nor types tell it: each column has the other's values. */
function swapColumns(dataset: DatasetHandle): void {
  dataset.renameColumn('animal_s_name', 'swapped')
  dataset.renameColumn('secondary_breed', 'animal_s_name')
  dataset.renameColumn('swapped', 'secondary_breed')
}

function changeRows(dataset: DatasetHandle, { kind, place, rowCount }: Change): void {
  const rows = dataset.rows()
  const start = Math.floor(place * rows.length)
  const chosen = rows.slice(start, start + rowCount)
  const isChosen = rowTest(chosen)
  const copies = chosen.map(withoutSystemFields)
  switch (kind) {
    case 'insert':
      dataset.insertRows(copies)
      break
    case 'update':
      dataset.updateRows(isChosen, newName(dataset))
      break
    case 'updateAll':
      dataset.updateRows(() => true, newName(dataset))
      break
    case 'delete':
      dataset.deleteRows(isChosen)
      break
    case 'exchange':
      dataset.deleteRows(isChosen)
      dataset.insertRows(copies)
      break
    case 'replace':
      // The row in the middle comes first, so that all places shift.
      dataset.replaceAll([...rows.slice(start), ...rows.slice(0, start)].map(withoutSystemFields))
      break
    case 'swapFields':
      dataset.updateRows(() => true, swapFields)
      break
    case 'shrink':
      dataset.deleteRows(rowTest(rows.slice(Math.ceil(rows.length * SHRINK_LEAVES))))
      break
    case 'empty':
      dataset.deleteRows(() => true)
  }
}

const swapFields = ({ animal_s_name = null, secondary_breed = null }: PortalRecord): PortalRecord => ({
  animal_s_name: secondary_breed,
  secondary_breed: animal_s_name,
})

const newName = (dataset: DatasetHandle) => ({ animal_s_name: `Renamed ${dataset.version().dataVersion}` })

function rowTest(rows: readonly PortalRecord[]): (row: PortalRecord) => boolean {
  const ids = new Set(rows.map((row) => row[':id']))
  return (row) => ids.has(row[':id'])
}

const withoutSystemFields = (row: PortalRecord): PortalRecord =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith(':')))
