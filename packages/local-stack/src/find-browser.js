import { homedir } from 'node:os'
import { join } from 'node:path'
import { findProgram, programFolders } from './find-program.js'

// On Ubuntu chromium-browser may be a script that only says how to install one.
const NAMES = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser']
const MAC_NAMES = ['Chromium.app/Contents/MacOS/Chromium', 'Google Chrome.app/Contents/MacOS/Google Chrome']

/**
 * Looks for a Chromium on this machine; starts nothing. `LOCAL_STACK_BROWSER` names one to take instead.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {readonly string[]} [folders] where to look
 * @param {readonly string[]} [macFolders] where macOS keeps applications
 * @returns {string | undefined} its path
 */
export function findBrowser(
  env = process.env,
  folders = programFolders(env),
  macFolders = ['/Applications', join(homedir(), 'Applications')],
) {
  return env.LOCAL_STACK_BROWSER ?? findProgram(folders, NAMES) ?? findProgram(macFolders, MAC_NAMES)
}
