import type { ChangedRow, Findings, FoundRows } from '@gather/runs'
import type { Topic } from '@gather/topics'
import { count } from './output.ts'

const TEXT_CHARS_MAX = 60

/**
 * What a verification found, as a person reads it.
 * @param isRepaired - a run is about to mend it, so that nobody needs to be told how
 */
export function formatFindings(topic: Topic, findings: Findings, isRepaired: boolean): string {
  const { missing, surplus, outdated, changed } = findings
  return [
    ...head(topic, findings),
    ...foundLines('missing', missing, 'at the source, not in the table'),
    ...foundLines('surplus', surplus, 'in the table, not at the source'),
    ...foundLines('outdated', outdated, 'changed at the source since'),
    ...(changed === undefined
      ? []
      : foundLines(
          'changed',
          { count: changed.count, examples: changed.examples.map(describeRow) },
          'other values in the table than at the source',
        )),
    ...(isRepaired ? [] : [verdict(topic, findings)]),
  ].join('\n')
}

function head({ name, target }: Topic, findings: Findings): string[] {
  const { sourceRows, targetRows, bucketsCompared, rowIdsRead, changed, requests } = findings
  const values = changed === undefined ? '' : `, the values of ${count(sourceRows)} rows`
  return [
    `${name}: ${count(sourceRows)} rows at the portal, ${count(targetRows)} in ${target.table}`,
    `  version  ${findings.sourceVersion}`,
    `  compared ${count(bucketsCompared)} times of change, ${count(rowIdsRead)} row ids${values}, by ${count(requests)} requests`,
    ...(findings.isTouched ? ['  note     the table was changed by hand since the last run'] : []),
  ]
}

function foundLines(kind: string, { count: rowCount, examples }: FoundRows, what: string): string[] {
  if (rowCount === 0) return []
  const more = rowCount > examples.length ? [`           and ${count(rowCount - examples.length)} more`] : []
  return [
    `  ${kind.padEnd(8)} ${count(rowCount)} ${rowCount === 1 ? 'row' : 'rows'}: ${what}`,
    ...examples.map((example) => `           ${example}`),
    ...more,
  ]
}

function describeRow({ id, columns }: ChangedRow): string {
  const differences = columns.map(
    ({ column, source, stored }) => `${column} is ${show(stored)}, at the source ${show(source)}`,
  )
  return `${id}: ${differences.join('; ')}`
}

function show(text: string | null): string {
  if (text === null) return 'NULL'
  return JSON.stringify(text.length > TEXT_CHARS_MAX ? `${text.slice(0, TEXT_CHARS_MAX)}…` : text)
}

function verdict({ name }: Topic, { isEqual, changed }: Findings): string {
  if (!isEqual) return `they differ; "planner verify ${name}${changed ? ' --deep' : ''} --repair" mends it`
  return changed === undefined
    ? 'equal by rows and times of change; --deep compares the values too'
    : 'equal, every value of every row'
}
