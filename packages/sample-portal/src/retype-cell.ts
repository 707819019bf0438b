import { type SoqlType, storeCell } from './wire-type.ts'

/** A stored value as one of another type; null where it can be none. */
export function retypeCell(cell: unknown, type: SoqlType): unknown {
  if (cell === null || cell === undefined) return null
  const text = typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
  try {
    const stored = storeCell(type, type === 'text' ? text : cell)
    return Number.isNaN(stored) ? null : stored
  } catch {
    return null
  }
}
