/** Changes of one stored row by a hand that is not ours; as in {@link DIGEST_CHANGES}, but in the database. */
export const TAMPERINGS = ['swapped', 'null-moved', 'empty-null', 'near'] as const
export type Tampering = (typeof TAMPERINGS)[number]

/** The statement that changes one row of a table of the value sweep, if it has one that the change fits. */
export function tamperSql(tampering: Tampering, table: string): string {
  switch (tampering) {
    case 'swapped':
      return swapSql(table, 'maybe_text IS NOT NULL AND maybe_mediumtext IS NOT NULL')
    case 'null-moved':
      return swapSql(table, '(maybe_text IS NULL) <> (maybe_mediumtext IS NULL)')
    case 'empty-null':
      return `UPDATE \`${table}\` SET maybe_varchar = '' WHERE maybe_varchar IS NULL LIMIT 1`
    case 'near':
      return `UPDATE \`${table}\` SET maybe_text = CONCAT(maybe_text, ' ') WHERE maybe_text IS NOT NULL LIMIT 1`
  }
}

/** A text and a mediumtext of one row exchange their values; the derived table still holds what they were. */
const swapSql = (table: string, condition: string): string =>
  `UPDATE \`${table}\` AS changed
   JOIN (SELECT things_id, maybe_text AS a, maybe_mediumtext AS b FROM \`${table}\`
         WHERE ${condition} AND NOT (maybe_text <=> maybe_mediumtext) AND COALESCE(LENGTH(maybe_mediumtext), 0) < 60000
         LIMIT 1) AS one USING (things_id)
   SET changed.maybe_text = one.b, changed.maybe_mediumtext = one.a`
