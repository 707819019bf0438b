import { realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findBrowser } from './find-browser.js'
import { findProgram, programFolders } from './find-program.js'
import { runCommand } from './run-command.js'

/**
 * @typedef {object} RedisServer
 * @property {string} path
 * @property {'redis' | 'valkey'} flavour
 * @property {string} version such as 7.0.15
 */

/**
 * @typedef {object} DatabaseServer
 * @property {string} path
 * @property {'mariadb' | 'mysql'} flavour
 * @property {string} version such as 10.11.11
 * @property {string | undefined} installDb the program that makes MariaDB's first data folder; MySQL does it by itself
 */

/**
 * @typedef {object} Servers
 * @property {RedisServer | undefined} redis
 * @property {DatabaseServer | undefined} database
 * @property {string | undefined} browser path of a Chromium
 */

/**
 * Looks for the servers on this machine; starts nothing but `--version`.
 * `LOCAL_STACK_REDIS` and `LOCAL_STACK_DATABASE` name a server program to take instead.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Servers>}
 */
export async function findServers(env = process.env) {
  const folders = programFolders(env)
  const [redis, database] = await Promise.all([findRedis(folders, env), findDatabase(folders, env)])
  return { redis, database, browser: findBrowser(env) }
}

/**
 * @param {readonly string[]} folders
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<RedisServer | undefined>}
 */
async function findRedis(folders, env) {
  const path = env.LOCAL_STACK_REDIS ?? findProgram(folders, ['redis-server', 'valkey-server'])
  if (path === undefined) return undefined
  const version = parseRedisVersion((await runCommand(path, ['--version'])).output)
  return version && { path, ...version }
}

/**
 * @param {readonly string[]} folders
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<DatabaseServer | undefined>}
 */
async function findDatabase(folders, env) {
  const path = env.LOCAL_STACK_DATABASE ?? findProgram(folders, ['mariadbd', 'mysqld'])
  if (path === undefined) return undefined
  const version = parseDatabaseVersion((await runCommand(path, ['--no-defaults', '--version'])).output)
  if (version === undefined) return undefined
  if (version.flavour === 'mysql') return { path, ...version, installDb: undefined }
  const folder = dirname(realpathSync(path))
  const beside = [folder, join(folder, '../bin'), join(folder, '../scripts')]
  const installDb = findProgram([...beside, ...folders], ['mariadb-install-db', 'mysql_install_db'])
  return installDb === undefined ? undefined : { path, ...version, installDb }
}

/**
 * @param {string} output of `redis-server --version`
 * @returns {{flavour: 'redis' | 'valkey', version: string} | undefined}
 */
export function parseRedisVersion(output) {
  const version = /\bv=(\d+\.\d+\.\d+)/.exec(output)?.[1]
  return version === undefined ? undefined : { flavour: /valkey/i.test(output) ? 'valkey' : 'redis', version }
}

/**
 * `mysqld` may be either server, so only its own word counts.
 * @param {string} output of `mysqld --version`
 * @returns {{flavour: 'mariadb' | 'mysql', version: string} | undefined}
 */
export function parseDatabaseVersion(output) {
  const version = /\bVer (\d+\.\d+\.\d+)/.exec(output)?.[1]
  return version === undefined
    ? undefined
    : { flavour: /mariadb/i.test(output) ? 'mariadb' : 'mysql', version }
}
