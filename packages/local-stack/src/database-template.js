import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { lastLines, runCommand } from './run-command.js'
import { SetupProblem } from './setup-problem.js'

/** @typedef {import('./find-servers.js').DatabaseServer} DatabaseServer */

/**
 * Makes a first data folder unless there is one. The empty folder of a server version is made once and copied from then
 * on: making it takes seconds (MySQL: many), copying its 20 MB does not.
 * @param {{server: DatabaseServer, folder: string, templateDir: string}} options
 * @throws {SetupProblem} the server could not make its folder
 */
export async function prepareDataFolder({ server, folder, templateDir }) {
  if (existsSync(folder)) return
  const template = join(templateDir, `${server.flavour}-${server.version}`)
  if (!existsSync(template)) await build(template, (path) => initialise(server, path))
  await build(folder, (path) => cpSync(template, path, { recursive: true }))
}

/**
 * A folder is there whole or not at all, whoever else makes it at the same time.
 * @param {string} folder
 * @param {(path: string) => unknown} fill
 */
async function build(folder, fill) {
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 })
  const unfinished = mkdtempSync(`${folder}.new-`)
  try {
    const path = join(unfinished, 'data')
    await fill(path)
    renameSync(path, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

/**
 * @param {DatabaseServer} server
 * @param {string} path
 */
async function initialise(server, path) {
  const user = userInfo().username
  // Small logs keep the copy small; the server enlarges them when it starts.
  const mariadb = ['--auth-root-authentication-method=socket', '--skip-test-db', '--innodb-log-file-size=4M']
  const mysql = ['--initialize-insecure', '--loose-innodb-redo-log-capacity=8M', '--mysqlx=OFF']
  const { code, output } = await runCommand(server.installDb ?? server.path, [
    '--no-defaults',
    `--datadir=${path}`,
    `--user=${user}`,
    // Two that share one delete each other's temporary tables.
    `--tmpdir=${dirname(path)}`,
    ...(server.flavour === 'mariadb' ? mariadb : mysql),
  ])
  if (code === 0) return
  throw new SetupProblem(`${server.path} could not make a data folder in "${path}": ${lastLines(output, 3)}`)
}
