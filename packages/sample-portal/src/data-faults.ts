import type { DatasetHandle } from './dataset-handle.ts'
import type { FaultFunction } from './fault.ts'
import { columnName, type FaultOption, wholeNumber, withDefault } from './fault-option.ts'
import { defineFault, type NamedFault } from './named-fault.ts'
import { addCopies, changeSome, deleteSome, renewAll } from './row-changes.ts'
import { soqlTypeOf } from './wire-type.ts'

const ROWS = { rows: withDefault(wholeNumber(1), 1) } as const

const dataType: FaultOption<string> = {
  allowed: "a portal's type such as text, number, checkbox or calendar_date",
  read: (text) => {
    try {
      soqlTypeOf(text)
      return text
    } catch {
      return undefined
    }
  },
}

/** Changes of the data set that a request names, before it is answered. */
export const dataFaults: readonly NamedFault[] = [
  defineFault({
    name: 'add',
    summary: 'so many rows are added, copies of others under new ids',
    example: 'add rows=5 query=$offset once',
    options: ROWS,
    create: ({ rows }, random) => changeData((dataset) => addCopies(dataset, rows, random)),
  }),
  defineFault({
    name: 'change',
    summary: 'so many rows get the values of others; their :id stays, :updated_at is now',
    example: 'change rows=5 every=10',
    options: ROWS,
    create: ({ rows }, random) => changeData((dataset) => changeSome(dataset, rows, random)),
  }),
  defineFault({
    name: 'delete',
    summary: 'so many rows are deleted',
    example: 'delete rows=1 query=$offset=2000 once',
    options: ROWS,
    create: ({ rows }, random) => changeData((dataset) => deleteSome(dataset, rows, random)),
  }),
  defineFault({
    name: 'replace',
    summary: "a publisher's full replace: the same rows under new :id, :created_at and :updated_at",
    example: 'replace query=$offset after=3 once',
    options: {},
    create: () => changeData(renewAll),
  }),
  defineFault({
    name: 'remove-column',
    summary: 'a column goes, the first time that a request meets this',
    example: 'remove-column name=species after=3',
    options: { name: columnName },
    create: ({ name }) => changeDataOnce((dataset) => dataset.removeColumn(name)),
  }),
  defineFault({
    name: 'rename-column',
    summary: 'a column gets another API name, once',
    example: 'rename-column name=species to=kind after=3',
    options: { name: columnName, to: columnName },
    create: ({ name, to }) => changeDataOnce((dataset) => dataset.renameColumn(name, to)),
  }),
  defineFault({
    name: 'add-column',
    summary: 'a column is added, null in all rows, once',
    example: 'add-column name=weight type=number after=3',
    options: { name: columnName, type: withDefault(dataType, 'text') },
    create: ({ name, type }) =>
      changeDataOnce((dataset) => dataset.addColumn({ name, fieldName: name, dataTypeName: type })),
  }),
  defineFault({
    name: 'retype-column',
    summary: 'a column gets another type, once; values that are none of it become null',
    example: 'retype-column name=zip_code type=number after=3',
    options: { name: columnName, type: dataType },
    create: ({ name, type }) => changeDataOnce((dataset) => dataset.retypeColumn(name, type)),
  }),
]

function changeData(apply: (dataset: DatasetHandle) => void): FaultFunction {
  return () => ({ kind: 'mutate', apply })
}

function changeDataOnce(change: (dataset: DatasetHandle) => void): FaultFunction {
  const changed = new WeakSet<DatasetHandle>()
  return changeData((dataset) => {
    if (changed.has(dataset)) return
    change(dataset)
    changed.add(dataset)
  })
}
