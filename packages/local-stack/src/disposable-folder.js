import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const KEEPER = fileURLToPath(new URL('./keep-folder.js', import.meta.url))

/**
 * Makes a temporary folder for servers that are killed and started again in it. It is deleted when this process ends,
 * even by SIGKILL while no server runs, so a small process of its own watches over it.
 * @param {string} name
 * @returns {{path: string, remove: () => Promise<void>}} `remove` can be called twice
 */
export function makeDisposableFolder(name) {
  const path = mkdtempSync(join(tmpdir(), `gs-${name}-`))
  const keeper = spawn(process.execPath, [KEEPER, path], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const ended = once(keeper, 'close').catch(() => {})
  keeper.stdin.on('error', () => {})
  return {
    path,
    async remove() {
      keeper.stdin.destroy()
      await ended
      // Nothing is left to do, unless the keeper was killed.
      rmSync(path, { recursive: true, force: true })
    },
  }
}
