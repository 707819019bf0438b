/**
 * The statements of one of our SQL scripts, without comments. Statements end with `;` at the end of a line; no script of
 * ours holds one inside a text or a procedure body.
 */
export function splitStatements(script: string): string[] {
  return script
    .split('\n')
    .filter((line) => !line.startsWith('--'))
    .join('\n')
    .split(/;\s*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter(Boolean)
}
