import { accessSync, constants, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runProgram } from '../run-node.ts'
import { runStatements } from './published-table.ts'
import { loadTabRowsSql } from './tab-rows.ts'
import type { Skipped, Yardstick, YardstickSetup } from './yardstick.ts'

/** The database's own command-line client with `LOAD DATA LOCAL INFILE` of a file that is ready. */
export function clientYardstick(setup: YardstickSetup): Yardstick | Skipped {
  const client = findClient()
  if (client === undefined) return { skipped: 'client: skipped, as neither mariadb nor mysql is on the PATH' }
  return { name: 'client', loadsAll: true, load: () => loadByClient(client, setup) }
}

function findClient(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return ['mariadb', 'mysql']
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Milliseconds from the client's start to its end. */
async function loadByClient(client: string, options: YardstickSetup): Promise<number> {
  const { arena, topic, definition, dataFile } = options
  const { yardstick } = arena
  await runStatements(yardstick, [definition])
  const args = [
    `--defaults-extra-file=${writeLogin(options)}`,
    '--local-infile=1',
    `--database=${yardstick.schema}`,
    `--execute=${loadTabRowsSql(topic, topic.target.table, dataFile)}`,
  ]
  const startMs = performance.now()
  const { code, stderr } = await runProgram(client, args, { PATH: process.env.PATH ?? '' })
  const tookMs = performance.now() - startMs
  if (code !== 0) throw new Error(`${client} ended with ${code}: ${stderr.trim()}`)
  return tookMs
}

/** By a file, since arguments can be read by everyone on the machine. */
function writeLogin({ arena, folder }: YardstickSetup): string {
  const url = new URL(arena.yardstickUrl)
  const path = join(folder, 'client.cnf')
  const lines = [
    '[client]',
    'protocol=tcp',
    `host=${url.hostname}`,
    `port=${url.port || '3306'}`,
    `user=${decodeURIComponent(url.username)}`,
    `password="${decodeURIComponent(url.password)}"`,
  ]
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 })
  return path
}
