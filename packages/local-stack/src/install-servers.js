import { spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline/promises'
import { fileURLToPath } from 'node:url'
import { findServers } from './find-servers.js'
import { lastLines, runCommand } from './run-command.js'
import { SetupProblem } from './setup-problem.js'

/** @typedef {import('./find-servers.js').Servers} Servers */
/** @typedef {{redis: string, database: string[], browser: string}} PackageNames */

const APT_SCRIPT = fileURLToPath(new URL('./install-with-apt.sh', import.meta.url))

/** @type {PackageNames} */
const APT_NAMES = {
  redis: 'redis-server',
  database: ['mariadb-server', 'mariadb-client'],
  browser: 'chromium',
}
/** @type {PackageNames} */
const BREW_NAMES = { redis: 'redis', database: ['mariadb'], browser: 'google-chrome' }

/**
 * The servers of this machine; what is missing is installed by apt or Homebrew, with starting suppressed.
 * @param {{browser?: boolean, log?: (line: string) => void}} [options] `browser`: a Chromium is needed too
 * @returns {Promise<Servers & {redis: NonNullable<Servers['redis']>, database: NonNullable<Servers['database']>}>}
 * @throws {SetupProblem} exit code 3: says what to install by hand
 */
export async function installServers({ browser = false, log = () => {} } = {}) {
  const found = await findServers()
  if (isComplete(found, browser)) return found
  await installMissing(found, browser, log)
  const installed = await findServers()
  if (isComplete(installed, browser)) return installed
  throw new SetupProblem(`After installing, ${describeMissing(installed, browser)} still can't be found.`)
}

/**
 * @param {Servers} servers
 * @param {boolean} browser
 * @returns {servers is Servers & {redis: NonNullable<Servers['redis']>, database: NonNullable<Servers['database']>}}
 */
function isComplete(servers, browser) {
  return (
    servers.redis !== undefined &&
    servers.database !== undefined &&
    (!browser || servers.browser !== undefined)
  )
}

/**
 * @param {Servers} found
 * @param {boolean} browser
 * @param {(line: string) => void} log
 */
async function installMissing(found, browser, log) {
  if ((await runCommand('apt-get', ['--version'])).code === 0) {
    return installWithApt(missingPackages(found, browser, APT_NAMES), log)
  }
  if ((await runCommand('brew', ['--version'])).code === 0) {
    return installWithBrew(missingPackages(found, browser, BREW_NAMES), log)
  }
  throw new SetupProblem(
    `This machine has neither apt nor Homebrew: install ${describeMissing(found, browser)}, then run this again.`,
  )
}

/**
 * The packages that bring what was not found.
 * @param {Servers} found
 * @param {boolean} browser
 * @param {PackageNames} names
 * @returns {string[]}
 */
export function missingPackages(found, browser, names = APT_NAMES) {
  return [
    ...(found.redis === undefined ? [names.redis] : []),
    ...(found.database === undefined ? names.database : []),
    ...(browser && found.browser === undefined ? [names.browser] : []),
  ]
}

/**
 * @param {Servers} found
 * @param {boolean} browser
 */
export function describeMissing(found, browser) {
  const parts = [
    ...(found.redis === undefined ? ['Redis (redis-server or valkey-server)'] : []),
    ...(found.database === undefined ? ['MariaDB or MySQL (mariadbd or mysqld)'] : []),
    ...(browser && found.browser === undefined ? ['Chromium or Google Chrome'] : []),
  ]
  return parts.join(' and ')
}

/**
 * @param {readonly string[]} packages
 * @param {(line: string) => void} log
 */
async function installWithApt(packages, log) {
  const byHand = `sudo apt-get install --no-install-recommends ${packages.join(' ')}`
  const privilege = await obtainPrivilege(byHand)
  log(`installing ${packages.join(', ')} with apt; no service is started (about a minute)`)
  const [command = 'sh', ...args] = [...privilege, 'sh', APT_SCRIPT, ...packages]
  // In a group of its own, so that Ctrl-C can't break dpkg in the middle of a package.
  const { code, output } = await runCommand(command, args, { detached: privilege.length === 0 })
  if (code === 0) return
  throw new SetupProblem(describeAptFailure(output, packages, byHand))
}

/**
 * @param {string} output of apt-get
 * @param {readonly string[]} packages
 * @param {string} byHand what to run oneself
 */
export function describeAptFailure(output, packages, byHand) {
  const reason = output.split('\n').find((line) => line.startsWith('E: ')) ?? lastLines(output)
  const instead = packages.includes(APT_NAMES.browser)
    ? ' Where apt has no Chromium, as on Ubuntu, install Google Chrome.'
    : ''
  return `apt-get failed (${reason.trim()}): run "${byHand}" yourself, then this again.${instead}`
}

/**
 * The command prefix that makes one root: none for root, sudo where it may be used.
 * @param {string} byHand what to run where it may not
 * @returns {Promise<string[]>}
 */
async function obtainPrivilege(byHand) {
  if (process.getuid?.() === 0) return []
  if ((await runCommand('sudo', ['-n', 'true'])).code === 0) return ['sudo', '-n']
  const refusal = new SetupProblem(`Some programs are missing: run "${byHand}", then this again.`)
  if (!process.stdin.isTTY || (await runCommand('sudo', ['--version'])).code !== 0) throw refusal
  const readline = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await readline.question(`Run "${byHand}" now? [Y/n] `)
  readline.close()
  if (!/^(y|yes|)$/i.test(answer.trim())) throw refusal
  if (spawnSync('sudo', ['-v'], { stdio: 'inherit' }).status !== 0) throw refusal
  return ['sudo', '-n']
}

/**
 * @param {readonly string[]} packages
 * @param {(line: string) => void} log
 */
async function installWithBrew(packages, log) {
  log(`installing ${packages.join(', ')} with Homebrew; no service is started`)
  const { code, output } = await runCommand('brew', ['install', ...packages])
  if (code === 0) return
  throw new SetupProblem(
    `Homebrew failed (${lastLines(output)}): run "brew install ${packages.join(' ')}" yourself, then this again.`,
  )
}
