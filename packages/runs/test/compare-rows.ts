import type { TestStack } from '@gather/testing'

const FIELDS = [
  'license_issue_date',
  'license_number',
  'animal_s_name',
  'species',
  'primary_breed',
  'secondary_breed',
  'zip_code',
] as const

/** The stored rows as a sorted multiset, values as the portal writes them. */
export async function storedRows(stack: TestStack): Promise<string[]> {
  const rows = await stack.services.database.rows<Record<string, string | null>>(
    `SELECT source_row_id, ${FIELDS.join(', ')} FROM pet_license`,
  )
  return rows
    .map((row) => [
      row.source_row_id,
      row.license_issue_date?.replace(' ', 'T'),
      ...FIELDS.slice(1).map((field) => row[field]),
    ])
    .map((values) => JSON.stringify(values))
    .sort()
}

/** The portal's rows in the same form. */
export function portalRows(stack: TestStack, dataset = 'jguv-t9rb'): string[] {
  return [...stack.portal.dataset(dataset).rows()]
    .map((row) => JSON.stringify([row[':id'], ...FIELDS.map((field) => row[field] ?? null)]))
    .sort()
}
