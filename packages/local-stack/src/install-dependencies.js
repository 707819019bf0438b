import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rootDir } from './root-dir.js'
import { lastLines, runCommand } from './run-command.js'
import { SetupProblem } from './setup-problem.js'

const STAMP = 'node_modules/.gather-install'
const OLDEST_NODE = 18

/**
 * Installs the packages of the lockfile with the pnpm that the root `package.json` names, got by `npx`. Does nothing
 * where that has been done since the last change.
 * @param {{root?: string, log?: (line: string) => void}} [options]
 * @throws {SetupProblem} the machine's Node is too old, or pnpm failed
 */
export async function installDependencies({ root = rootDir(), log = () => {} } = {}) {
  requireNode(process.versions.node)
  const fingerprint = fingerprintOf(root)
  if (readStamp(root) === fingerprint) return
  log('installing packages with pnpm (half a minute the first time)')
  const [command, args] = pnpmCommand(root, ['install', '--frozen-lockfile'])
  // CI: never ask, since there may be no one to answer.
  const { code, output } = await runCommand(command, args, { cwd: root, env: { ...process.env, CI: 'true' } })
  if (code !== 0) throw new SetupProblem(`pnpm could not install the packages: ${lastLines(output, 5)}`)
  writeFileSync(join(root, STAMP), fingerprint)
}

/**
 * How to run the project's own version of pnpm.
 * @param {string} root
 * @param {readonly string[]} args
 * @returns {[command: string, args: string[]]}
 */
export function pnpmCommand(root, args) {
  return ['npx', ['--yes', `pnpm@${readPnpmVersion(root)}`, ...args]]
}

/**
 * @param {string} version of Node, such as 20.20.2
 * @throws {SetupProblem} exit code 2
 */
export function requireNode(version) {
  if (Number(version.split('.')[0]) >= OLDEST_NODE) return
  throw new SetupProblem(
    `Node ${OLDEST_NODE} or newer is needed, and this is Node ${version}: install a newer one.`,
    2,
  )
}

/** @param {string} root */
function readPnpmVersion(root) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const version = /^pnpm@(\d+\.\d+\.\d+)/.exec(packageManager)?.[1]
  if (version === undefined)
    throw new SetupProblem('package.json names no pnpm version in "packageManager".', 2)
  return version
}

/**
 * Everything that decides what `node_modules` holds, and the machine it was made for.
 * @param {string} root
 */
function fingerprintOf(root) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`)
  const manifests = ['apps', 'packages'].flatMap((folder) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder)).map((name) => join(folder, name, 'package.json'))
      : [],
  )
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests.sort()]) {
    const path = join(root, file)
    if (existsSync(path)) hash.update(`${file}\0`).update(readFileSync(path))
  }
  return hash.digest('hex')
}

/** @param {string} root */
function readStamp(root) {
  const path = join(root, STAMP)
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}
