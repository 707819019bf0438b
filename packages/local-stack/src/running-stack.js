import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { identifyProcess, isRunning } from './process-identity.js'
import { localStackDir } from './root-dir.js'

/** @typedef {Record<string, string>} StackEnv names as the apps read them, and `PORTAL_URL`, `DASHBOARD_URL` */

/**
 * The environment of the stack that runs in a checkout, for a command line in another terminal.
 * @param {string} [rootDir] of the checkout; default: this one
 * @returns {StackEnv | undefined} undefined where none runs
 */
export function readRunningStack(rootDir) {
  const { owner, env } = readAnnouncement(localStackDir(rootDir))
  return isRunning(owner) ? env : undefined
}

/**
 * Says how to reach this process's stack, in a file that only this user can read.
 * @param {string} stackDir
 * @param {StackEnv} env
 * @returns {boolean} false where another running stack is announced already
 */
export function announceStack(stackDir, env) {
  const owner = identifyProcess(process.pid) ?? ''
  const present = readAnnouncement(stackDir)
  if (present.owner !== owner && isRunning(present.owner)) return false
  mkdirSync(stackDir, { recursive: true, mode: 0o700 })
  const unfinished = `${envFile(stackDir)}.${process.pid}`
  writeFileSync(unfinished, JSON.stringify({ owner, env }, undefined, 2), { mode: 0o600 })
  renameSync(unfinished, envFile(stackDir))
  return true
}

/**
 * Takes back this process's announcement; another's stays. Can be called twice.
 * @param {string} stackDir
 */
export function withdrawStack(stackDir) {
  const isOurs = readAnnouncement(stackDir).owner === identifyProcess(process.pid)
  if (isOurs) rmSync(envFile(stackDir), { force: true })
}

/** @param {string} stackDir */
function envFile(stackDir) {
  return join(stackDir, 'env.json')
}

/**
 * @param {string} stackDir
 * @returns {{owner: string, env: StackEnv}}
 */
function readAnnouncement(stackDir) {
  try {
    const { owner, env } = JSON.parse(readFileSync(envFile(stackDir), 'utf8'))
    return { owner: String(owner), env }
  } catch {
    return { owner: '', env: {} }
  }
}
