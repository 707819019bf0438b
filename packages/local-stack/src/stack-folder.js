import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { identifyProcess, isRunning } from './process-identity.js'

const OWNER_FILE = 'owner'

/**
 * Makes this process the owner of a stack's folder.
 * @param {string} folder made where it is missing
 * @returns {boolean} false where another running process owns it; an owner that died does not count
 */
export function claimFolder(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, OWNER_FILE)
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(file, identifyProcess(process.pid) ?? '', { flag: 'wx', mode: 0o600 })
      return true
    } catch (error) {
      if (!isTaken(error)) throw error
    }
    const owner = readText(file)
    if (isRunning(owner)) return false
    removeStale(file, owner)
  }
  return false
}

/**
 * Gives up a folder of {@link claimFolder}; can be called twice.
 * @param {string} folder
 */
export function releaseFolder(folder) {
  const file = join(folder, OWNER_FILE)
  if (readText(file) === identifyProcess(process.pid)) rmSync(file, { force: true })
}

/**
 * A folder for one stack that is deleted with it. Those of owners that were killed are deleted now.
 * @param {string} stackDir of the checkout
 * @param {string} name
 * @returns {string}
 */
export function makeTemporaryFolder(stackDir, name) {
  const parent = join(stackDir, 'temporary')
  mkdirSync(parent, { recursive: true, mode: 0o700 })
  for (const entry of readdirSync(parent)) {
    const folder = join(parent, entry)
    const owner = readText(join(folder, OWNER_FILE))
    if (owner !== '' && !isRunning(owner) && !hasRunningServer(folder)) {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  const folder = mkdtempSync(join(parent, `${name}-`))
  claimFolder(folder)
  return folder
}

/**
 * Whether a server of {@link import('./private-server.js').startPrivateServer} still runs in a folder.
 * @param {string} folder
 */
export function hasRunningServer(folder) {
  const files = readdirSync(folder).filter((entry) => entry.endsWith('.process'))
  return files.some((file) => isRunning(readText(join(folder, file)).split('\n')[0] ?? ''))
}

/**
 * Two processes may find the same dead owner: who moves a living one's file away by mistake puts it back.
 * @param {string} file
 * @param {string} deadOwner
 */
function removeStale(file, deadOwner) {
  const aside = `${file}.${process.pid}`
  try {
    renameSync(file, aside)
    if (readText(aside) === deadOwner) rmSync(aside, { force: true })
    else renameSync(aside, file)
  } catch {
    // Another process was quicker.
  }
}

/** @param {string} file */
function readText(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** @param {unknown} error */
function isTaken(error) {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}
