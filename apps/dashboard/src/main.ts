import { readFileSync } from 'node:fs'
import {
  type Config,
  closeAll,
  createLogger,
  readConfig,
  reportAndExit,
  stopSignal,
  waitForStop,
} from '@gather/platform'
import { openServices } from '@gather/runs'
import { readAccessRules } from './access/access-rules.ts'
import { readActionRules } from './access/action-rules.ts'
import { startDashboard } from './dashboard-server.ts'

/** Shows runs and queues until it is told to stop. */
async function main(): Promise<void> {
  const config = readConfig()
  const access = readAccessRules(config.dashboard)
  const rules = readActionRules(config.dashboard)
  const log = createLogger('dashboard', config)
  const stop = stopSignal()
  const services = openServices(withOwnUser(config), log)
  const actions = rules.runs ? openServices(config, log) : undefined
  const dashboard = await startDashboard(services, {
    access,
    actions,
    queueActions: rules.queues,
    port: config.dashboard.port,
    version: readVersion(),
  })
  log.info({ url: dashboard.url }, 'dashboard.listening')
  await waitForStop(stop)
  log.info('dashboard.stopping')
  const clean = await closeAll([services, ...(actions ? [actions] : []), dashboard], config.shutdownGraceMs)
  process.exit(clean ? 0 : 1)
}

/** The dashboard's database user, who may only read; also for the import_log, unless that stands elsewhere. */
function withOwnUser(config: Config): Config {
  const mysqlUrl = config.dashboard.mysqlUrl
  const importLogUrl = config.importLogUrl === config.mysqlUrl ? mysqlUrl : config.importLogUrl
  return { ...config, mysqlUrl, importLogUrl }
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return String(JSON.parse(text).version)
}

main().catch(reportAndExit)
