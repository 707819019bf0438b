/** The system fields in the order of `:*`, with their types. */
export const SYSTEM_FIELDS = {
  ':id': 'row_identifier',
  ':created_at': 'fixed_timestamp',
  ':updated_at': 'fixed_timestamp',
  ':version': 'row_version',
} as const

export type SystemField = keyof typeof SYSTEM_FIELDS

export function isSystemField(name: string): name is SystemField {
  return Object.hasOwn(SYSTEM_FIELDS, name)
}
