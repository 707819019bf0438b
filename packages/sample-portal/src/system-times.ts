import type { PortalRecord } from './dataset-spec.ts'
import { parseFixedTimestamp } from './timestamp.ts'

/** What `:created_at` and `:updated_at` of a row say, in milliseconds since 1970. */
export interface SystemTimes {
  readonly createdAtMs: number
  /** Null where the row has no `:updated_at`. */
  readonly updatedAtMs: number | null
}

/** The times that a record gives, and those of `otherwise` for what it does not. @throws Error for a text that is no time */
export function givenTimes(record: PortalRecord, otherwise: SystemTimes): SystemTimes {
  return {
    createdAtMs: timeMsOf(record[':created_at']) ?? otherwise.createdAtMs,
    updatedAtMs: givenUpdate(record, otherwise.updatedAtMs),
  }
}

/** The `:updated_at` that a record or patch gives, where null means none; `otherwise` where it says nothing. */
export function givenUpdate(record: PortalRecord, otherwise: number | null): number | null {
  const value = record[':updated_at']
  return value === null ? null : (timeMsOf(value) ?? otherwise)
}

function timeMsOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined
  const timestamp = parseFixedTimestamp(String(value))
  if (timestamp === undefined) throw new Error(`${JSON.stringify(value)} is no time for a system field`)
  return Date.parse(timestamp)
}
