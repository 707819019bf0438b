import { Fault } from '@gather/platform'

/** @returns Fault `TARGET_REFUSED` (terminal): a table swap would lose something */
export function targetRefused(table: string, problems: readonly string[]): Fault {
  return new Fault({
    code: 'TARGET_REFUSED',
    kind: 'terminal',
    message: `the table ${table} can't be replaced: ${problems.join('; ')}`,
  })
}

/** @returns Fault `STORE_MISMATCH` (terminal): the database stored something else than was sent */
export function storeMismatch(table: string, sentRows: number, said: string): Fault {
  return new Fault({
    code: 'STORE_MISMATCH',
    kind: 'terminal',
    message: `the database did not store the ${sentRows} rows sent to ${table} as they are: ${said}`,
  })
}

/** @returns Fault `DUPLICATE_ROWS` (terminal): a unique key found two rows alike */
export function duplicateRows(table: string, cause: Error): Fault {
  const key = /for key '?([^']+)'?/.exec(cause.message)?.[1] ?? ''
  const ours = key.endsWith('source_row_id')
  const message = ours
    ? `the portal sent one row twice: ${cause.message}`
    : `the unique index ${key} of ${table} does not allow the portal's rows: ${cause.message} (drop it or make it a plain index)`
  return new Fault({ code: 'DUPLICATE_ROWS', kind: 'terminal', message, cause })
}

/** @returns Fault `ROW_TOO_LARGE` (terminal): a row is more than the server takes at once */
export function rowTooLarge(rowId: string, rowBytes: number, packetBytesMax: number): Fault {
  return new Fault({
    code: 'ROW_TOO_LARGE',
    kind: 'terminal',
    message: `row ${rowId} takes ${rowBytes} bytes, and the database takes ${packetBytesMax} at once (raise max_allowed_packet to more than twice the row)`,
    context: { rowId },
  })
}
