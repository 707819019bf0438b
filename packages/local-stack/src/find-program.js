import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where programs stand although no PATH of an ordinary user names it. */
const EXTRA_FOLDERS = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/libexec',
  '/opt/homebrew/bin',
  '/opt/homebrew/sbin',
]

/**
 * Where to look for programs.
 * @param {NodeJS.ProcessEnv} env
 * @returns {string[]}
 */
export function programFolders(env) {
  return [...(env.PATH ?? '').split(delimiter).filter(Boolean), ...EXTRA_FOLDERS]
}

/**
 * @param {readonly string[]} folders
 * @param {readonly string[]} names in order of preference
 * @returns {string | undefined} the path of the first that may be run
 */
export function findProgram(folders, names) {
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
