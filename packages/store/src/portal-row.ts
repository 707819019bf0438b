/** A portal's row; absent keys are nulls. */
export type PortalRow = Readonly<Record<string, unknown>>

/** Rows to be gone through once, of a known number. */
export interface PortalRows extends Iterable<PortalRow> {
  readonly length: number
}

/** Takes a field out of a row. */
export type FieldReader = (row: PortalRow) => unknown

/** The reader of a field. Every object has a `constructor` and a `__proto__`: those are read only where the portal sent them. */
export function fieldReader(from: string): FieldReader {
  if (from in Object.prototype) return (row) => (Object.hasOwn(row, from) ? row[from] : undefined)
  return (row) => row[from]
}
