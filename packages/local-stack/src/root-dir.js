import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** @returns {string} the root of the checkout that this file belongs to */
export function rootDir() {
  return fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')
}

/**
 * The folder for everything that this package keeps; git ignores it.
 * @param {string} [root]
 */
export function localStackDir(root = rootDir()) {
  return join(root, '.local-stack')
}
