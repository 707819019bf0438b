import { readdir, readFile, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { createPassword, findServers, startRedis } from '@gather/local-stack'
import { Redis } from 'ioredis'
import { type KillableServer, startKillableServer } from './killable-server.ts'

/** A private Redis that can die, come back, and lose what it knew. */
export interface KillableRedis extends KillableServer {
  /**
   * Takes this many bytes off the end of the newest append-only file, as a power cut does. Only while it is dead.
   * @returns the bytes really cut: no more than the file had
   */
  cutAppendLog(byteCount: number): Promise<number>
  /** FLUSHALL. */
  flushAll(): Promise<void>
  /** CONFIG SET, such as `{ maxmemory: '3mb' }`; forgotten at the next start. */
  configure(settings: Readonly<Record<string, string>>): Promise<void>
}

/** Starts a private Redis (or Valkey) of one test: append-only file written every second, no eviction. */
export async function startKillableRedis(): Promise<KillableRedis> {
  const password = createPassword()
  const program = (await findServers()).redis
  const { server, dataDir, isAlive } = await startKillableServer({
    name: 'redis',
    launch: (place) => startRedis({ ...place, password, server: program }),
  })
  return Object.assign(server, {
    async cutAppendLog(byteCount: number) {
      if (isAlive()) throw new Error('its append-only file can be cut only while the Redis is dead')
      return cutTail(await findAppendLog(join(dataDir, 'redis')), byteCount)
    },
    flushAll: () => withClient(server.url, async (client) => void (await client.flushall())),
    configure: (settings: Readonly<Record<string, string>>) =>
      withClient(server.url, async (client) => {
        for (const [name, value] of Object.entries(settings)) await client.config('SET', name, value)
      }),
  })
}

async function withClient(url: string, use: (client: Redis) => Promise<void>): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null })
  // A failed connect is told by the promise, too.
  client.on('error', () => {})
  try {
    await client.connect()
    await use(client)
  } finally {
    client.disconnect()
  }
}

/** Since version 7 a Redis has a folder of them, and a manifest that names the one it writes to; before, a single file. */
async function findAppendLog(folder: string): Promise<string> {
  const logs = join(folder, 'appendonlydir')
  const names = await readdir(logs).catch(() => undefined)
  if (names === undefined) return join(folder, 'appendonly.aof')
  const manifest = await readFile(join(logs, names.find((name) => name.endsWith('.manifest')) ?? ''), 'utf8')
  const newest = manifest.match(/^file \S+\.incr\.aof\b/gm)?.at(-1)
  if (newest === undefined) throw new Error(`no incremental file is named in the manifest:\n${manifest}`)
  return join(logs, newest.slice('file '.length))
}

async function cutTail(path: string, byteCount: number): Promise<number> {
  const { size } = await stat(path)
  const cutBytes = Math.min(byteCount, size)
  await truncate(path, size - cutBytes)
  return cutBytes
}
