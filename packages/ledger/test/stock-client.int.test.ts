import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { requireService } from '@gather/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Database } from '../src/index.ts'

const SQL_DIR = new URL('../../../sql/', import.meta.url)
const url = new URL(requireService('TEST_MYSQL_ADMIN_URL'))
url.pathname = '/none'

let admin: Database
let schema: string
beforeAll(async () => {
  admin = new Database({ url: url.href, withoutSchema: true })
  const taken = await admin.rows("SHOW DATABASES LIKE 'rover'")
  schema = taken.length === 0 ? 'rover' : `rover_${randomBytes(4).toString('hex')}`
})
afterAll(async () => {
  await admin.write(`DROP DATABASE IF EXISTS \`${schema}\``)
  await admin.close()
})

/** Feeds a script to the client that comes with the server, as `mariadb < script` does. */
function runClient(script: string): Promise<{ code: number; errors: string }> {
  const text = script.replaceAll(/\brover\b/g, schema)
  const args = [
    '--host',
    url.hostname,
    '--port',
    url.port || '3306',
    '--user',
    decodeURIComponent(url.username),
  ]
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env.PATH ?? '', MYSQL_PWD: decodeURIComponent(url.password) }
    const client = spawn('mysql', [...args, '--protocol=TCP', '--batch'], { env })
    let errors = ''
    client.stderr.on('data', (chunk) => {
      errors += chunk
    })
    client.stdout.resume()
    client.on('error', () => reject(new Error('there is no "mysql" client on the PATH; install one')))
    client.on('close', (code) => resolve({ code: code ?? -1, errors }))
    client.stdin.end(text)
  })
}

const scripts = ['schema', 'users', 'procs'].flatMap((folder) =>
  readdirSync(new URL(`${folder}/`, SQL_DIR))
    .sort()
    .map((file) => `${folder}/${file}`),
)

describe('the SQL scripts run by hand with the stock client, in the order of their names', () => {
  it('need no delimiter, no option and no other tool, and can be run again', async () => {
    for (let time = 1; time <= 2; time++)
      for (const name of scripts) {
        const { code, errors } = await runClient(readFileSync(new URL(name, SQL_DIR), 'utf8'))
        expect({ name, code, errors }).toMatchObject({ name, code: 0 })
      }
    const tables = await admin.rows<Record<string, string>>(`SHOW TABLES FROM \`${schema}\``)
    expect(tables.map((row) => Object.values(row)[0]).sort()).toEqual([
      'import_deletion',
      'import_log',
      'import_page',
      'import_run',
      'import_schedule',
      'pet_license',
    ])
    const procedures = await admin.rows('SHOW PROCEDURE STATUS WHERE Db = ?', [schema])
    expect(procedures).toHaveLength(1)
  })
})
