import { mkdirSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A log of this start only. An older one is replaced, not emptied: its writer may still run.
 * @param {string} logDir made where it is missing
 * @param {string} name
 * @returns {{path: string, file: number}} `file`: open, to be closed by the caller
 */
export function openLog(logDir, name) {
  mkdirSync(logDir, { recursive: true, mode: 0o700 })
  const path = join(logDir, `${name}.log`)
  rmSync(path, { force: true })
  return { path, file: openSync(path, 'a', 0o600) }
}
