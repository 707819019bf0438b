import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { findServers } from './find-servers.js'
import { localStackDir } from './root-dir.js'
import { announceStack, withdrawStack } from './running-stack.js'
import { SetupProblem } from './setup-problem.js'
import { claimFolder, makeTemporaryFolder, releaseFolder } from './stack-folder.js'
import { startDatabase } from './start-database.js'
import { startRedis } from './start-redis.js'

/**
 * @typedef {object} StackOptions
 * @property {string} name of the command, for messages and folders
 * @property {string} [dataDir] where its data stay; default: the checkout's own folder, or a temporary one while
 *   another stack uses that
 * @property {boolean} [temporary] always a temporary folder, deleted with the stack
 * @property {boolean} [announce] makes {@link import('./running-stack.js').readRunningStack} find it; default: only
 *   where the checkout's own folder is used
 * @property {import('./find-servers.js').Servers} [servers] default: those found on this machine
 * @property {(line: string) => void} [log]
 */

/**
 * @typedef {object} Stack
 * @property {string} dataDir
 * @property {string} logDir for the logs of apps; outlives a temporary `dataDir`
 * @property {string} redisUrl
 * @property {string} mysqlUrl of the apps' user
 * @property {string} mysqlAdminUrl of a user who may do everything
 * @property {Record<string, string>} env the same as the apps read it: REDIS_URL, MYSQL_URL, MYSQL_ADMIN_URL
 * @property {{redis: number, database: number}} pids
 * @property {Promise<string>} failed resolves with a sentence when a server ends by itself
 * @property {(more: Record<string, string>) => void} announce adds to what other terminals can read
 * @property {() => Promise<void>} stop can be called twice
 */

/**
 * Starts a private Redis and a private database side by side. They end with this process, however that ends.
 * @param {StackOptions} options
 * @returns {Promise<Stack>}
 * @throws {SetupProblem} a server is missing or does not start; nothing is left running
 */
export async function startStack(options) {
  const place = chooseFolder(options)
  const { dataDir } = place
  const servers = options.servers ?? (await findServers())
  const { redis, database } = await startBoth(place, servers)
  const env = { REDIS_URL: redis.url, MYSQL_URL: database.url, MYSQL_ADMIN_URL: database.adminUrl }
  const stackDir = localStackDir()
  const isAnnounced = (options.announce ?? place.isCheckoutFolder) && announceStack(stackDir, env)
  let stopping = false
  const forget = () => {
    if (isAnnounced) withdrawStack(stackDir)
    releaseFolder(dataDir)
  }
  process.once('exit', forget)
  return {
    dataDir,
    logDir: place.isTemporary ? join(stackDir, 'logs', options.name) : join(dataDir, 'logs'),
    redisUrl: redis.url,
    mysqlUrl: database.url,
    mysqlAdminUrl: database.adminUrl,
    env,
    pids: { redis: redis.pid, database: database.pid },
    failed: firstFailure([redis, database], () => stopping),
    announce(more) {
      if (isAnnounced && !stopping) announceStack(stackDir, { ...env, ...more })
    },
    async stop() {
      stopping = true
      await Promise.all([redis.stop(), database.stop()])
      forget()
      if (place.isTemporary) rmSync(dataDir, { recursive: true, force: true })
      process.off('exit', forget)
    },
  }
}

/**
 * @param {StackOptions} options
 * @returns {{dataDir: string, isTemporary: boolean, isCheckoutFolder: boolean}}
 */
function chooseFolder({ name, dataDir, temporary = false, log = () => {} }) {
  const own = dataDir ?? localStackDir()
  if (!temporary) {
    if (claimFolder(own)) return { dataDir: own, isTemporary: false, isCheckoutFolder: dataDir === undefined }
    if (dataDir !== undefined) throw new SetupProblem(`Another stack runs in "${dataDir}": stop it first.`)
    log('another stack of this checkout is running; this one gets a folder of its own')
  }
  return { dataDir: makeTemporaryFolder(localStackDir(), name), isTemporary: true, isCheckoutFolder: false }
}

/**
 * @param {{dataDir: string, isTemporary: boolean}} place
 * @param {import('./find-servers.js').Servers} servers
 */
async function startBoth({ dataDir, isTemporary }, servers) {
  const starting = /** @type {const} */ ([
    startRedis({ dataDir, server: servers.redis }),
    startDatabase({ dataDir, server: servers.database }),
  ])
  try {
    const [redis, database] = await Promise.all(starting)
    return { redis, database }
  } catch (error) {
    for (const result of await Promise.allSettled(starting)) {
      if (result.status === 'fulfilled') await result.value.stop()
    }
    releaseFolder(dataDir)
    if (isTemporary) rmSync(dataDir, { recursive: true, force: true })
    throw error
  }
}

/**
 * @param {readonly import('./private-server.js').PrivateServer[]} servers
 * @param {() => boolean} isStopping
 * @returns {Promise<string>}
 */
async function firstFailure(servers, isStopping) {
  const { server, exit } = await Promise.race(
    servers.map(async (server) => ({ server, exit: await server.exited })),
  )
  if (isStopping()) return new Promise(() => {})
  return `the server on port ${server.port} ended by itself (${exit.signal ?? `code ${exit.code}`})`
}
