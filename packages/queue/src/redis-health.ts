import type { Redis } from 'ioredis'

export interface RedisHealth {
  readonly version: string
  /** Should be `noeviction`, see {@link mayEvict}. */
  readonly evictionPolicy: string
  readonly appendOnly: boolean
  /** `used / limit` in bytes; a limit of 0 is none. */
  readonly memoryUsedBytes: number
  readonly memoryLimitBytes: number
}

/** Whether it throws away acknowledged jobs when its memory is short; without a limit, it never is. */
export const mayEvict = ({ evictionPolicy, memoryLimitBytes }: RedisHealth): boolean =>
  memoryLimitBytes > 0 && !/^(noeviction|unknown)$/.test(evictionPolicy)

/** What `INFO` tells of a Redis or Valkey server; `CONFIG` is not needed, which a restricted user may not ask. */
export async function readRedisHealth(redis: Redis): Promise<RedisHealth> {
  const info = parseInfo(await redis.info())
  return {
    version: info.get('valkey_version') ?? info.get('redis_version') ?? 'unknown',
    evictionPolicy: info.get('maxmemory_policy') ?? 'unknown',
    appendOnly: info.get('aof_enabled') === '1',
    memoryUsedBytes: Number(info.get('used_memory') ?? 0),
    memoryLimitBytes: Number(info.get('maxmemory') ?? 0),
  }
}

function parseInfo(text: string): ReadonlyMap<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(':'))
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
}
