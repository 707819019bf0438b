/** A name as it stands in a statement. Every identifier passes here. */
export const quoteName = (name: string): string => `\`${name.replaceAll('`', '``')}\``

/** Names in a list, quoted. */
export const quoteNames = (names: readonly string[]): string => names.map(quoteName).join(', ')

/** The table that one generation of a run loads into; readers never see it. */
export const stagingName = (runId: string, generation: number): string => `_gs_${runId}_${generation}`

/** The table that a run's swap took the place of. */
export const oldTableName = (runId: string): string => `_gs_old_${runId}`

/** The run a staging or old table belongs to, or undefined for any other table. */
export function runIdOfTable(table: string): string | undefined {
  return /^_gs_(?:old_([a-z0-9]+)|([a-z0-9]+)_\d+)$/.exec(table)?.slice(1).find(Boolean)
}
