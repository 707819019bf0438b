import { loadTopic, type Topic } from '@gather/topics'
import { describeDifference, portalRows, storedRows } from '../checker/compare-rows.ts'
import type { ComposeProject } from './compose-project.ts'

const TOPIC = loadTopic('pet_license')
/** More than the portal of the demo has. */
const ROWS_MAX = 60_000

/** Runs a reading statement with the database's own client; a row is one JSON value. */
export async function queryDatabase<Row>(project: ComposeProject, sql: string): Promise<Row[]> {
  const client = [
    'MYSQL_PWD="$(cat /run/secrets/mysql_root_password)" exec mysql --user=root --protocol=tcp --host=127.0.0.1',
    '--default-character-set=utf8mb4 --batch --raw --skip-column-names rover',
  ].join(' ')
  const output = await project.compose(['exec', '--no-TTY', 'mysql', 'sh', '-c', client], `${sql};\n`)
  return output
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

/**
 * Compares the rows that are stored with those that the portal serves, as multisets, read by neither code of the product.
 * @returns how many they are
 * @throws Error with the difference
 */
export async function compareRows(project: ComposeProject): Promise<number> {
  const served = await readPortal(project)
  const source = portalRows({ rows: () => served }, TOPIC)
  const stored = await storedRows({ rows: (sql) => queryDatabase(project, asJson(sql, TOPIC)) }, TOPIC)
  const difference = describeDifference(stored, source)
  if (difference !== undefined) throw new Error(difference)
  if (stored.length !== 51_754) throw new Error(`${stored.length} rows are stored`)
  return stored.length
}

async function readPortal(project: ComposeProject): Promise<Record<string, unknown>[]> {
  const { dataset } = TOPIC.definition.source
  const query = `$select=:id,:updated_at,${TOPIC.columns.map(({ from }) => from).join(',')}&$limit=${ROWS_MAX}`
  const url = `http://127.0.0.1:8080/resource/${dataset}.json?${query}`
  const script = `fetch(${JSON.stringify(url)}).then((answer) => answer.text()).then((text) => process.stdout.write(text))`
  return JSON.parse(await project.compose(['exec', '--no-TTY', 'sample-portal', 'node', '--eval', script]))
}

/** The statement with each row as one JSON object of texts. */
function asJson(sql: string, topic: Topic): string {
  const names = ['source_row_id', 'source_updated_at', ...topic.columns.map(({ name }) => name)]
  const members = names.map((name) => `'${name}', CAST(t.\`${name}\` AS CHAR)`)
  return `SELECT JSON_OBJECT(${members.join(', ')}) FROM (${sql}) AS t`
}
