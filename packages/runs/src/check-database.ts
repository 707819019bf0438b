import { statfs } from 'node:fs/promises'
import { readServerFacts, type ServerFacts } from '@gather/ledger'
import { toFault } from '@gather/platform'
import type { Check } from './doctor.ts'
import type { Services } from './services.ts'

const CONNECTIONS_PER_WORKER_SPARE = 3
const MEBIBYTE = 1024 * 1024
/** The target, staging, and the table that the last swap left. */
const COPIES_KEPT = 3

/** The database: reachable, migrated, rights, LOAD DATA LOCAL, time zone, room, connections. */
export async function checkDatabase(services: Services): Promise<Check[]> {
  try {
    const facts = await readServerFacts(services.database)
    return [
      versionCheck(facts),
      ...rightsChecks(facts),
      localCheck(facts),
      zoneCheck(facts),
      connectionCheck(services, facts),
      await roomCheck(services, facts),
    ]
  } catch (error) {
    return [{ subject: 'database', verdict: 'fail', message: toFault(error).message }]
  }
}

const check = (verdict: Check['verdict'], message: string): Check => ({
  subject: 'database',
  verdict,
  message,
})

function versionCheck(facts: ServerFacts): Check {
  const [major = 0, minor = 0] = facts.version.split('.').map(Number)
  const isMaria = /mariadb/i.test(facts.version)
  const fits = isMaria ? major > 10 || (major === 10 && minor >= 6) : major >= 8
  return fits
    ? check('ok', `${isMaria ? 'MariaDB' : 'MySQL'} ${facts.version}`)
    : check('fail', `${facts.version} is too old; MariaDB 10.6 or MySQL 8.0 is needed`)
}

function rightsChecks(facts: ServerFacts): Check[] {
  if (facts.missingTables.length > 0)
    return [check('fail', `tables are missing (${facts.missingTables.join(', ')}): run "planner migrate"`)]
  if (facts.missingRights.length === 0) return [check('ok', 'the user has the rights it needs')]
  return [
    check('fail', `the user lacks ${facts.missingRights.join(', ')} on ${facts.schema} (see sql/users)`),
  ]
}

function localCheck(facts: ServerFacts): Check {
  if (facts.localInfile) return check('ok', 'LOAD DATA LOCAL is allowed')
  return check(
    'warn',
    'local_infile is off: rows go by INSERT, which is slower (SET GLOBAL local_infile = 1)',
  )
}

function zoneCheck(facts: ServerFacts): Check {
  const offset = `server time zone is ${facts.timeZone}`
  return check('ok', `${offset}; every session of ours uses UTC`)
}

function connectionCheck(services: Services, facts: ServerFacts): Check {
  const perWorker = services.config.workerConcurrency + CONNECTIONS_PER_WORKER_SPARE
  const free = Math.max(0, facts.connectionsMax - facts.connectionsUsed)
  const workers = Math.floor(free / perWorker)
  const message = `${free} of ${facts.connectionsMax} connections are free: room for about ${workers} more workers of ${perWorker}`
  return check(workers >= 1 ? 'ok' : 'fail', workers >= 1 ? message : `${message}; raise max_connections`)
}

async function roomCheck(services: Services, facts: ServerFacts): Promise<Check> {
  const neededBytes = COPIES_KEPT * facts.largestTargetBytes
  const needed = `${COPIES_KEPT} copies of the largest table take ${Math.ceil(neededBytes / MEBIBYTE)} MiB`
  const freeBytes = await readFreeBytes(services, facts)
  if (freeBytes === undefined) return check('ok', `${needed}; the free room is not to be seen from here`)
  const message = `${needed}, ${Math.floor(freeBytes / MEBIBYTE)} MiB are free`
  return freeBytes > neededBytes
    ? check('ok', message)
    : check('fail', `${message}: make room on the database's disk`)
}

/** Free bytes of the server's disk where it is this machine's; undefined where it isn't. */
async function readFreeBytes(services: Services, facts: ServerFacts): Promise<number | undefined> {
  if (!/^(localhost|127\.|\[?::1)/.test(services.database.host)) return undefined
  const disk = await statfs(facts.dataDir).catch(() => undefined)
  return disk && disk.bavail * disk.bsize
}
