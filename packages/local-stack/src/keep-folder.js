/**
 * Deletes the folder argv[2] when the parent is gone, however the parent went: stdin is a pipe that only the parent
 * holds. Servers that run in the folder get the time to end that their own supervisors give them. Started by
 * `disposable-folder.js`.
 */
import { existsSync, rmSync } from 'node:fs'
import { hasRunningServer } from './stack-folder.js'
import { waitUntil } from './wait-until.js'

const SERVERS_END_MS = 15_000

const folder = process.argv[2] ?? ''

let isDeleting = false

process.stdin.on('end', deleteFolder).on('close', deleteFolder).on('error', deleteFolder).resume()
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])) process.on(signal, () => {})

async function deleteFolder() {
  if (isDeleting) return
  isDeleting = true
  if (existsSync(folder)) {
    await waitUntil(() => !hasRunningServer(folder), { timeoutMs: SERVERS_END_MS })
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
  process.exit(0)
}
