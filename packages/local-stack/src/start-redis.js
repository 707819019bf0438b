import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPassword } from './create-password.js'
import { findServers } from './find-servers.js'
import { startPrivateServer } from './private-server.js'
import { answersPing } from './redis-ping.js'
import { SetupProblem } from './setup-problem.js'

/**
 * @typedef {object} RedisOptions
 * @property {string} dataDir its data go to the folder `redis` in it
 * @property {number} [port] default: a free one
 * @property {string} [password] letters, digits, `-` and `_`; default: a new one, so that an old URL opens nothing
 * @property {import('./find-servers.js').RedisServer | undefined} [server] default: the one found on this machine
 */

/**
 * Starts a private Redis (or Valkey) that keeps what it was given (`appendonly`) and never evicts, as BullMQ needs.
 * It ends with this process, however that ends.
 * @param {RedisOptions} options
 * @returns {Promise<import('./private-server.js').PrivateServer & {url: string, adminUrl: string}>}
 *   both URLs are the same: Redis has the one password
 * @throws {SetupProblem} no server program, or it does not start
 */
export async function startRedis({ dataDir, port, password = createPassword(), server }) {
  const program = server ?? (await findServers()).redis
  if (program === undefined) throw new SetupProblem('Redis (redis-server or valkey-server) is not installed.')
  const folder = join(dataDir, 'redis')
  const running = await startPrivateServer({
    name: 'redis',
    dataDir,
    port,
    prepare(place) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      // By a file, since arguments can be read by everyone on the machine.
      const path = join(place.runDir, 'redis.conf')
      writeFileSync(path, redisConfig({ port: place.port, password, folder }), { mode: 0o600 })
      return { command: program.path, args: [path] }
    },
    isReady: (place) => answersPing(place.port, password),
  })
  const url = `redis://default:${password}@127.0.0.1:${running.port}`
  return { ...running, url, adminUrl: url }
}

/**
 * @param {{port: number, password: string, folder: string}} options
 * @returns {string}
 */
export function redisConfig({ port, password, folder }) {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    'protected-mode yes',
    `requirepass ${password}`,
    `dir "${folder.replaceAll(/["\\]/g, '\\$&')}"`,
    'daemonize no',
    'appendonly yes',
    'save ""',
    'maxmemory-policy noeviction',
    '',
  ].join('\n')
}
