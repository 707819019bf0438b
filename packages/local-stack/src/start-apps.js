import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { acceptsConnections, findFreePort } from './free-port.js'
import { rootDir } from './root-dir.js'
import { startProcess } from './start-process.js'

const READY_MS = 30_000
const PORTAL_ROWS = 51_754
const PORTAL_ADDRESS = /http:\/\/(127\.0\.0\.1:\d+)/
const REAL_PORTAL = 'https://data.seattle.gov'

/** Of the caller's own environment: what would lead an app to other services than the stack's. */
const REPLACED_NAMES = [
  ...['REDIS_URL', 'MYSQL_URL', 'MYSQL_ADMIN_URL', 'IMPORT_LOG_URL', 'DASHBOARD_MYSQL_URL'],
  ...['DASHBOARD_PASSWORD', 'DASHBOARD_USER', 'DASHBOARD_HOST', 'DASHBOARD_PORT'],
  ...['MYSQL_CA_FILE', 'INSECURE_SOURCE_HOSTS'],
]

/** @typedef {import('./start-process.js').AppProcess} AppProcess */

/**
 * @param {string} app name of a folder under apps/
 * @returns {{command: string, args: string[], cwd: string}} run with the project's own Node
 */
export function appCommand(app) {
  return nodeCommand(`apps/${app}/src/main.ts`)
}

/** @param {string} file */
function nodeCommand(file) {
  const root = rootDir()
  return { command: join(root, 'node_modules/.bin/node'), args: [join(root, file)], cwd: root }
}

/**
 * @param {Record<string, string>} env of the stack
 * @param {NodeJS.ProcessEnv} [own]
 * @returns {NodeJS.ProcessEnv}
 */
export function appEnv(env, own = process.env) {
  const replaced = new Set(REPLACED_NAMES.flatMap((name) => [name, `${name}_FILE`]))
  const kept = Object.entries(own).filter(([name]) => !replaced.has(name))
  return { ...Object.fromEntries(kept), SHUTDOWN_GRACE_MS: '5000', ...env }
}

/**
 * Starts a portal with 51,754 generated licences in the place of data.seattle.gov.
 * @param {string} logDir for its log
 * @returns {Promise<{portal: AppProcess, env: Record<string, string>}>} `env` sends the apps there
 */
export async function startSamplePortal(logDir) {
  const { args, ...command } = nodeCommand('packages/sample-portal/src/main.ts')
  const portal = await startProcess({
    name: 'sample-portal',
    ...command,
    args: [...args, '--port', '0', '--rows', String(PORTAL_ROWS)],
    env: appEnv({}),
    logDir,
  })
  const output = await readyOrStop(portal, (text) => PORTAL_ADDRESS.test(text))
  const [url = '', host = ''] = PORTAL_ADDRESS.exec(output) ?? []
  return {
    portal,
    env: { PORTAL_URL: url, INSECURE_SOURCE_HOSTS: host, TOPICS_DIR: writeTopic(logDir, url) },
  }
}

/**
 * The built-in topic with the sample portal's address, in a folder of its own.
 * @param {string} parent
 * @param {string} portalUrl
 */
function writeTopic(parent, portalUrl) {
  const folder = join(parent, 'topics')
  mkdirSync(folder, { recursive: true })
  const builtIn = readFileSync(join(rootDir(), 'packages/topics/definitions/pet_license.yaml'), 'utf8')
  writeFileSync(join(folder, 'pet_license.yaml'), builtIn.replace(REAL_PORTAL, portalUrl))
  return folder
}

/**
 * @param {{env: Record<string, string>, logDir: string, preferredPort?: number}} options
 * @returns {Promise<{app: AppProcess, url: string}>} when it answers
 */
export async function startDashboard({ env, logDir, preferredPort }) {
  const port = await findFreePort(preferredPort)
  const address = { DASHBOARD_HOST: '127.0.0.1', DASHBOARD_PORT: String(port) }
  const app = await startApp({ app: 'dashboard', env: { ...env, ...address }, logDir })
  const url = `http://127.0.0.1:${port}`
  await readyOrStop(app, () => acceptsConnections(port))
  return { app, url }
}

/**
 * @param {{app: string, env: Record<string, string>, logDir: string, name?: string}} options
 * @returns {Promise<AppProcess>}
 */
export function startApp({ app, env, logDir, name = app }) {
  return startProcess({ name, ...appCommand(app), env: appEnv(env), logDir })
}

/**
 * @param {AppProcess} app
 * @param {(output: string) => boolean | Promise<boolean>} isReady
 */
async function readyOrStop(app, isReady) {
  try {
    return await app.waitUntilReady(isReady, READY_MS)
  } catch (error) {
    await app.stop()
    throw error
  }
}
