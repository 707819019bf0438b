import { installDependencies } from './install-dependencies.js'
import { installServers } from './install-servers.js'
import { lastLines, runCommand } from './run-command.js'
import { SetupProblem } from './setup-problem.js'
import { appCommand, appEnv, startApp, startDashboard, startSamplePortal } from './start-apps.js'
import { startStack } from './start-stack.js'

/** @typedef {import('./command.js').CommandContext} CommandContext */
/** @typedef {import('./start-process.js').AppProcess} AppProcess */

/**
 * @typedef {object} FullStackOptions
 * @property {string} name of the command
 * @property {boolean} temporary its data are deleted with it
 * @property {number} [dashboardPort] taken when it is free
 */

/**
 * @typedef {object} FullStack
 * @property {Record<string, string>} env for the planner
 * @property {string} dashboardUrl
 * @property {Promise<string>} failed resolves with a sentence when a part of it ends by itself
 */

/**
 * What `npm run demo` and `npm start` have in common: everything installed, servers, schema, portal and apps up.
 * @param {FullStackOptions} options
 * @param {CommandContext} context `--live` among its arguments: the real portal
 * @returns {Promise<FullStack>}
 */
export async function startFullStack({ name, temporary, dashboardPort }, context) {
  const { args, log, onStop } = context
  const servers = await prepareMachine(context)
  const stack = await startStack({ name, temporary, announce: true, servers, log })
  onStop(stack.stop)
  const { logDir } = stack
  log(`Redis and ${servers.database.path} run on 127.0.0.1, data in ${stack.dataDir}`)
  const sample = args.includes('--live') ? undefined : await startSamplePortal(logDir)
  if (sample) onStop(sample.portal.stop)
  log(sample ? `sample portal with 51,754 licences: ${sample.env.PORTAL_URL}` : 'portal: data.seattle.gov')
  const env = { ...stack.env, ...sample?.env }
  await migrate(env)
  log('database schema is up to date')
  const apps = await startApps({ env, logDir }, onStop)
  const dashboard = await startDashboard({
    env,
    logDir,
    ...(dashboardPort && { preferredPort: dashboardPort }),
  })
  onStop(dashboard.app.stop)
  stack.announce({ ...sample?.env, DASHBOARD_URL: dashboard.url })
  log(`listener and two workers are up, dashboard: ${dashboard.url}`)
  const parts = [...apps, dashboard.app, ...(sample ? [sample.portal] : [])]
  const failed = Promise.race([stack.failed, ...parts.map((part) => part.failed)])
  return { env, dashboardUrl: dashboard.url, failed }
}

/**
 * Packages and servers, installed where they are missing.
 * @param {Pick<CommandContext, 'log' | 'onStop'>} context
 * @param {{browser?: boolean}} [options] `browser`: a Chromium is needed too
 */
export async function prepareMachine({ log, onStop }, options) {
  await installDependencies({ log })
  const installing = installServers({ log, ...options })
  // A signal waits for the package manager: breaking it off would leave the machine half installed.
  onStop(() => installing.catch(() => {}))
  const servers = await installing
  log('packages and servers are installed')
  return servers
}

/** @param {Record<string, string>} env */
async function migrate(env) {
  const { command, args, cwd } = appCommand('planner')
  const { code, output } = await runCommand(command, [...args, 'migrate'], { cwd, env: appEnv(env) })
  if (code !== 0) throw new SetupProblem(`"planner migrate" failed: ${lastLines(output, 5)}`, code)
}

/**
 * @param {{env: Record<string, string>, logDir: string}} place
 * @param {CommandContext['onStop']} onStop
 */
async function startApps(place, onStop) {
  const apps = await Promise.all([
    startApp({ app: 'listener', ...place }),
    startApp({ app: 'worker', name: 'worker-1', ...place }),
    startApp({ app: 'worker', name: 'worker-2', ...place }),
  ])
  onStop(() => Promise.all(apps.map((app) => app.stop())))
  return apps
}
