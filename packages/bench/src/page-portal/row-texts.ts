import { generatePetLicenses, PET_LICENSE_ROW_COUNT, petLicenseColumns } from '@gather/sample-portal'
import { type RowIdOrder, rowIdAt } from './row-ids.ts'

const FIRST_UPDATE_MS = Date.UTC(2019, 7, 1, 1, 33)
const BATCH_INTERVAL_MS = 90 * 60_000
/** Rows that the imaginary publisher uploads at once. */
const BATCH_ROWS = 2_000

/** The fields of a row as the importer selects them: the data set's own, then the portal's. */
export const SELECTED_FIELDS: readonly string[] = [
  ...petLicenseColumns.map(({ fieldName }) => fieldName),
  ':id',
  ':updated_at',
]

/** Rows of a data set in the form of an answer's body. */
export interface RowTexts {
  readonly rowCount: number
  /** The JSON array of the rows `offset..offset+limit`, as the row service writes it; `[]` past the end. */
  pageText(offset: number, limit: number): string
}

/**
 * The sample portal's licences again and again until there are `rowCount` of them, each row with an `:id` of its own. The text of
 * the 51,754 that differ is made once: ten million rows then take no more memory than those.
 */
export function createRowTexts(rowCount: number, order: RowIdOrder): RowTexts {
  const starts = Array.from(
    generatePetLicenses({ rowCount: Math.min(rowCount, PET_LICENSE_ROW_COUNT) }),
    startOf,
  )
  const rowText = (index: number) =>
    `${starts[index % starts.length]},":id":"${rowIdAt(index, order)}",":updated_at":"${updatedAt(index)}"}`
  return {
    rowCount,
    pageText(offset, limit) {
      const rowsInPage = Math.max(0, Math.min(limit, rowCount - offset))
      const rows = Array.from({ length: rowsInPage }, (_, place) => rowText(offset + place))
      return `[${rows.join('\n,')}]\n`
    },
  }
}

/** The row's own fields without the closing brace; null fields are left out. */
function startOf(record: Readonly<Record<string, unknown>>): string {
  const fields = petLicenseColumns.map(({ fieldName }) => [fieldName, record[fieldName]] as const)
  const present = fields.filter(([, value]) => value !== null && value !== undefined)
  return JSON.stringify(Object.fromEntries(present)).slice(0, -1)
}

const knownTimes = new Map<number, string>()

function updatedAt(index: number): string {
  const batch = Math.floor(index / BATCH_ROWS)
  const known = knownTimes.get(batch)
  if (known !== undefined) return known
  const time = new Date(FIRST_UPDATE_MS + batch * BATCH_INTERVAL_MS).toISOString()
  knownTimes.set(batch, time)
  return time
}
