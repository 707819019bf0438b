/** JSON in the layout of the metadata service: `"id" : "…"`, arrays on one line unless they hold objects. */
export function writePrettyJson(value: unknown, indent = ''): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? '[ ]' : `[ ${value.map((item) => writePrettyJson(item, indent)).join(', ')} ]`
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  if (entries.length === 0) return '{ }'
  const inner = `${indent}  `
  const lines = entries.map(
    ([key, item]) => `${inner}${JSON.stringify(key)} : ${writePrettyJson(item, inner)}`,
  )
  return `{\n${lines.join(',\n')}\n${indent}}`
}
