import {
  FRESH_HEADERS,
  makeTag,
  openSource,
  queryOf,
  type ScriptedPortal,
  sendJson,
  startPortal,
} from './scripted-portal.ts'

export interface DatedRow {
  readonly id: string
  readonly updatedAt: string | null
}

/** A row of an answer. */
export type Group = Record<string, string>

/** What a portal holds and how it answers; a test may change it while it runs. */
export interface GroupingState {
  rows: readonly DatedRow[]
  dataVersion: number
  /** Whether answers carry version headers. */
  tellsVersion: boolean
  /** Rows or groups of one answer, whatever `$limit` says. */
  itemsMax: number
  /** The start of the day of a time, in the zone of the server. */
  dayOf: (updatedAt: string) => string
  /** Sees each request of a list, 0-based; its answer may be another. */
  onList: (index: number, items: Group[]) => Group[] | undefined
}

export interface GroupingPortal extends ScriptedPortal {
  readonly state: GroupingState
  /** The queries of the lists so far. */
  lists(): Record<string, string>[]
}

/**
 * A portal that knows the queries of histogram, days and row ids, and no others. Its rows are in the order of their ids. Unlike
 * the sample portal it can hold rows without `:updated_at`, have its days begin at another hour, and lie.
 */
export async function startGrouping(rows: readonly DatedRow[], changes: Partial<GroupingState> = {}) {
  const state: GroupingState = {
    rows,
    dataVersion: 1,
    tellsVersion: true,
    itemsMax: Number.POSITIVE_INFINITY,
    dayOf: (updatedAt) => `${updatedAt.slice(0, 10)}T00:00:00.000Z`,
    onList: () => undefined,
    ...changes,
  }
  let listCount = 0
  const portal = await startPortal((request, response) => {
    if (request.url?.startsWith('/api/views/')) {
      return sendJson(response, {
        name: 'Pets',
        rowsUpdatedAt: 1_500_000_000 + state.dataVersion,
        columns: [],
      })
    }
    const headers = state.tellsVersion ? versionHeaders(state.dataVersion) : {}
    const items = answer(state, queryOf(request))
    const isCount = queryOf(request).$order === undefined
    const changed = isCount ? undefined : state.onList(listCount, items)
    if (!isCount) listCount += 1
    sendJson(response, changed ?? items, headers)
  })
  const lists = () => portal.requests.map(queryOf).filter(({ $order }) => $order !== undefined)
  return { ...portal, state, lists }
}

export const openGrouping = (portal: GroupingPortal, listRowsMax = 1_000) =>
  openSource(portal, { listRowsMax })

function versionHeaders(dataVersion: number): Record<string, string> {
  return { ...FRESH_HEADERS, ETag: makeTag(`alpha.7_1_${dataVersion}A1b2C3d4E5f6G7h8I9j0K-l_M1n`) }
}

function answer(state: GroupingState, query: Record<string, string>): Group[] {
  const rows = state.rows.filter(matcher(query.$where))
  const fields = (query.$select ?? '').split(',').map((field) => field.split(' as '))
  if (query.$order === undefined) return [{ [fields[0]?.[1] ?? '']: String(rows.length) }]
  const key = fields.find(([, alias]) => alias === query.$group)?.[0]
  const groups = key === undefined ? rows.map((row) => [row]) : groupRows(state, rows, key)
  const start = Number(query.$offset)
  const end = start + Math.min(Number(query.$limit ?? 1_000), state.itemsMax)
  return groups.slice(start, end).map((group) => selectFields(state, group, fields))
}

function groupRows(state: GroupingState, rows: readonly DatedRow[], key: string): DatedRow[][] {
  const groups = new Map<string, DatedRow[]>()
  for (const row of rows) {
    const value = readField(state, [row], key) ?? ''
    const group = groups.get(value) ?? []
    group.push(row)
    groups.set(value, group)
  }
  // Ascending order puts null last.
  return [...groups]
    .sort(([left], [right]) => (left === '' ? 1 : right === '' ? -1 : left < right ? -1 : 1))
    .map(([, group]) => group)
}

function selectFields(state: GroupingState, group: DatedRow[], fields: readonly string[][]): Group {
  const entries = fields.map(([expression = '', alias = '']) => [alias, readField(state, group, expression)])
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function readField({ dayOf }: GroupingState, group: readonly DatedRow[], expression: string) {
  const times = group.flatMap(({ updatedAt }) => updatedAt ?? []).sort()
  switch (expression) {
    case ':id':
      return group[0]?.id
    case ':updated_at':
    case 'min(:updated_at)':
      return times[0]
    case 'max(:updated_at)':
      return times.at(-1)
    case 'datez_trunc_ymd(:updated_at)':
      return times[0] === undefined ? undefined : dayOf(times[0])
    case 'count(*)':
      return String(group.length)
    default:
      throw new Error(`no such expression: ${expression}`)
  }
}

const RANGE = /\(:updated_at >= '([^']+)' AND :updated_at < '([^']+)'\)/g

function matcher(where: string | undefined): (row: DatedRow) => boolean {
  if (where === undefined) return () => true
  const ranges = [...where.matchAll(RANGE)].map(([, from = '', end = '']) => ({ from, end }))
  const ids = [...(/^:id in \((.*)\)$/.exec(where)?.[1] ?? '').matchAll(/'([^']*)'/g)].map(([, id]) => id)
  const withNull = where.includes(':updated_at IS NULL')
  return ({ id, updatedAt }) => {
    if (ids.includes(id)) return true
    return updatedAt === null
      ? withNull
      : ranges.some(({ from, end }) => updatedAt >= from && updatedAt < end)
  }
}

/** `count` rows, each at the time that `timeMsOf` its index gives. */
export function makeDated(count: number, timeMsOf: (index: number) => number): DatedRow[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `row-${index}`,
    updatedAt: new Date(timeMsOf(index)).toISOString(),
  }))
}

/** The buckets that these rows make, computed without any portal. */
export function bucketsOf(rows: readonly DatedRow[]): { updatedAt: string | null; rowCount: number }[] {
  const counts = new Map<string, number>()
  for (const { updatedAt } of rows) counts.set(updatedAt ?? '', (counts.get(updatedAt ?? '') ?? 0) + 1)
  return [...counts.keys()]
    .sort()
    .map((time) => ({ updatedAt: time === '' ? null : time, rowCount: counts.get(time) ?? 0 }))
}

/** The alias of a field in an answer. */
export const keyOf = (items: Group[], field: string): string =>
  Object.keys(items[0] ?? {}).find((key) => key.startsWith(`${field}_`)) ?? ''

/** The histogram, which must not have been given up. */
export async function wholeOf<T extends { kind: string }>(answer: Promise<T>) {
  const histogram = await answer
  if (histogram.kind !== 'whole') throw new Error('the histogram was given up')
  return histogram as Extract<T, { kind: 'whole' }>
}
