import { Fault } from '@gather/platform'
import { Redis, type RedisOptions } from 'ioredis'

/** A connection of a BullMQ worker: waits for Redis as long as it takes. */
export function connectPatiently(redisUrl: string, onError: (error: Error) => void): Redis {
  return connectForGood(redisUrl, {}, onError)
}

/** A connection of loops and handlers: comes back by itself, but a command that gets no answer in time is given up. */
export function connectBounded(redisUrl: string, onError: (error: Error) => void): Redis {
  return connectForGood(redisUrl, { commandTimeout: COMMAND_TIMEOUT_MS }, onError)
}

function connectForGood(redisUrl: string, options: ConnectOptions, onError: (error: Error) => void): Redis {
  return connect(
    redisUrl,
    {
      maxRetriesPerRequest: null,
      retryStrategy: (attempt) => Math.min(250 * attempt, 5_000),
      socketTimeout: SOCKET_TIMEOUT_MS,
      ...options,
    },
    onError,
  )
}

/**
 * A connection of a command that a person waits for.
 * @throws Fault `REDIS_UNREACHABLE` (unavailable) after `timeoutMs`, or `REDIS_ACCESS_DENIED` (terminal)
 */
export async function connectOrFail(redisUrl: string, timeoutMs: number): Promise<Redis> {
  let lastError: Error | undefined
  const redis = connect(
    redisUrl,
    {
      maxRetriesPerRequest: null,
      retryStrategy: () => 250,
      lazyConnect: true,
      connectTimeout: timeoutMs,
      commandTimeout: COMMAND_TIMEOUT_MS,
    },
    (error) => {
      lastError = error
    },
  )
  redis.connect().catch(() => {})
  const deadline = Date.now() + timeoutMs
  while (redis.status !== 'ready') {
    if (Date.now() > deadline || isRefusal(lastError)) {
      redis.disconnect()
      throw unreachable(redisUrl, lastError)
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return redis
}

/** A Redis that holds the connection but never answers; well above the longest blocking command of a worker (10 s). */
const SOCKET_TIMEOUT_MS = 30_000
const COMMAND_TIMEOUT_MS = 10_000

type ConnectOptions = Pick<
  RedisOptions,
  | 'maxRetriesPerRequest'
  | 'retryStrategy'
  | 'lazyConnect'
  | 'connectTimeout'
  | 'socketTimeout'
  | 'commandTimeout'
>

function connect(redisUrl: string, options: ConnectOptions, onError: (error: Error) => void): Redis {
  const redis = new Redis(redisUrl, { ...options, keepAlive: 10_000 })
  redis.on('error', onError)
  return redis
}

const isRefusal = (error: Error | undefined): boolean =>
  error !== undefined && /WRONGPASS|NOAUTH|NOPERM/.test(error.message)

function unreachable(redisUrl: string, cause: Error | undefined): Fault {
  const { hostname, port } = new URL(redisUrl)
  const reason = cause?.message || 'no answer'
  if (isRefusal(cause)) {
    const message = `Redis at ${hostname}:${port || 6379} refused us: ${reason} (check user and password of REDIS_URL)`
    return new Fault({ code: 'REDIS_ACCESS_DENIED', kind: 'terminal', message, cause })
  }
  const message = `Redis can't be reached at ${hostname}:${port || 6379}: ${reason} (is it running, and is REDIS_URL right?)`
  return new Fault({ code: 'REDIS_UNREACHABLE', kind: 'unavailable', message, cause })
}
