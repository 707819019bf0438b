/**
 * The API name that a portal makes of a display name: `Animal's Name` becomes `animal_s_name`, `License #` becomes
 * `license_`. A header that is an API name already stays as it is.
 */
export function toFieldName(name: string): string {
  if (/^[a-z_][a-z0-9_]*$/.test(name) || name.startsWith(':@')) return name
  const fieldName = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')
  return /^[a-z_]/.test(fieldName) ? fieldName : `_${fieldName}`
}
