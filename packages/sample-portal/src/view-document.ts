import type { Dataset } from './dataset.ts'
import { hashText } from './random.ts'
import type { StoredColumn } from './row-table.ts'

/** Statistics of columns are made from this many rows: they lag and mislead on the live service too. */
const SAMPLED_ROWS = 1000
const PUBLISHED_AT_S = Date.UTC(2019, 6, 24) / 1000
const OWNER = {
  id: 'samp-le00',
  displayName: 'Sample Portal',
  screenName: 'Sample Portal',
  type: 'interactive',
}

/** The document of `/api/views/{4x4}`; its times are seconds since 1970. */
export function describeView(dataset: Dataset): Readonly<Record<string, unknown>> {
  const changedAt = Math.floor(dataset.version().lastModifiedMs / 1000)
  const tableId = 1_000_000 + (hashText(dataset.id) % 1_000_000)
  return {
    id: dataset.id,
    name: dataset.name,
    assetType: 'dataset',
    averageRating: 0,
    createdAt: PUBLISHED_AT_S,
    diciBackend: false,
    displayType: 'table',
    downloadCount: 0,
    hideFromCatalog: false,
    hideFromDataJson: false,
    indexUpdatedAt: changedAt,
    locked: false,
    newBackend: true,
    numberOfComments: 0,
    oid: tableId + 7,
    provenance: 'official',
    publicationAppendEnabled: false,
    publicationDate: PUBLISHED_AT_S,
    publicationGroup: tableId,
    publicationStage: 'published',
    rowsUpdatedAt: changedAt,
    tableId,
    totalTimesRated: 0,
    viewCount: 0,
    viewLastModified: changedAt,
    viewType: 'tabular',
    approvals: [],
    columns: dataset.columns.map((column, index) => describeColumn(column, index, dataset)),
    grants: [{ inherited: false, type: 'viewer', flags: ['public'] }],
    metadata: {
      rdfSubject: '0',
      rdfClass: '',
      rowIdentifier: '0',
      availableDisplayTypes: ['table', 'fatrow', 'page'],
    },
    owner: OWNER,
    query: {},
    rights: ['read'],
    tableAuthor: OWNER,
    flags: ['default', 'ownerMayBeContacted', 'restorable', 'restorePossibleForType'],
  }
}

function describeColumn(
  column: StoredColumn,
  index: number,
  dataset: Dataset,
): Readonly<Record<string, unknown>> {
  const id = 100_000_000 + (hashText(dataset.id) % 1000) * 1000 + column.slot
  return {
    id,
    name: column.name,
    dataTypeName: column.dataTypeName,
    fieldName: column.fieldName,
    position: index + 1,
    renderTypeName: column.dataTypeName,
    tableColumnId: id - 50_000_000,
    width: 100,
    cachedContents: summariseColumn(column, dataset),
    format: column.dateDisplay === 'long' ? { view: 'date_monthdy_notime' } : {},
    ...(column.hidden === true ? { flags: ['hidden'] } : {}),
  }
}

function summariseColumn(column: StoredColumn, { table }: Dataset): Readonly<Record<string, unknown>> {
  const counts = new Map<string, number>()
  const sampled = Math.min(table.length, SAMPLED_ROWS)
  let nullCount = 0
  for (let index = 0; index < sampled; index += 1) {
    const cell = table.at(index)?.cells[column.slot] ?? null
    if (cell === null) nullCount += 1
    else if (typeof cell !== 'object') counts.set(String(cell), (counts.get(String(cell)) ?? 0) + 1)
  }
  const present = sampled - nullCount
  if (counts.size === 0) return { non_null: present, null: nullCount }
  const values = [...counts.keys()].sort()
  const top = [...counts].sort(([, left], [, right]) => right - left).slice(0, 20)
  return {
    non_null: String(present),
    largest: values.at(-1),
    null: String(nullCount),
    top: top.map(([item, count]) => ({ item, count: String(count) })),
    smallest: values[0],
    not_null: String(present),
    count: String(sampled),
    cardinality: String(counts.size),
  }
}
