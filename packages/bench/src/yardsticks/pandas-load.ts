import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { storedColumns } from '@gather/store'
import { runProgram } from '../run-node.ts'
import { runStatements } from './published-table.ts'
import { sampleRows } from './row-inserts.ts'
import type { Skipped, Yardstick, YardstickSetup } from './yardstick.ts'

const SAMPLE_ROWS = 51_754
const SCRIPT = fileURLToPath(new URL('pandas_load.py', import.meta.url))
/** Debian's packages belong to the second. */
const PYTHONS = ['python3', '/usr/bin/python3']

/** What an analyst writes: pandas' `to_sql` with SQLAlchemy and PyMySQL, in chunks of 1,000 rows. A sample, scaled up. */
export async function pandasYardstick(setup: YardstickSetup): Promise<Yardstick | Skipped> {
  const python = await findPython()
  if (python === undefined) {
    return {
      skipped:
        'pandas: skipped, as python3 has not all of pandas, sqlalchemy and pymysql (apt-get install python3-pandas python3-sqlalchemy python3-pymysql)',
    }
  }
  const rows = await sampleRows(setup, SAMPLE_ROWS)
  const file = join(setup.folder, `pandas-${setup.arena.server.flavour}.json`)
  writeFileSync(file, JSON.stringify({ columns: storedColumns(setup.topic), rows }))
  const scale = setup.rowCount / rows.length
  const load = async () => (await loadByPandas(python, file, setup)) * scale
  return { name: 'pandas', loadsAll: false, load }
}

async function findPython(): Promise<string | undefined> {
  for (const python of PYTHONS) {
    const tried = await runProgram(python, ['-c', 'import pandas, sqlalchemy, pymysql'], ownEnv({})).catch(
      () => undefined,
    )
    if (tried?.code === 0) return python
  }
  return undefined
}

async function loadByPandas(python: string, file: string, setup: YardstickSetup): Promise<number> {
  const { arena, topic, definition } = setup
  await runStatements(arena.yardstick, [definition])
  const url = arena.yardstickUrl.replace(/^[a-z]+:/, 'mysql+pymysql:')
  const env = ownEnv({ DATABASE_URL: `${url}?charset=utf8mb4` })
  const { code, stdout, stderr } = await runProgram(python, [SCRIPT, file, topic.target.table], env)
  if (code !== 0) throw new Error(`pandas ended with ${code}: ${stderr.trim().split('\n').at(-1)}`)
  return Number(stdout) * 1000
}

const ownEnv = (more: Readonly<Record<string, string>>): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '',
  ...more,
})
