import { Fault } from '@gather/platform'
import { Redis, type RedisOptions } from 'ioredis'

/** A connection of a BullMQ worker: waits for Redis as long as it takes. */
export function connectPatiently(redisUrl: string, onError: (error: Error) => void): Redis {
  return connectForGood(redisUrl, {}, onError)
}

/** BullMQ makes a second one of it for its blocking command, which is rightly silent for up to ten seconds. */
class WorkerRedis extends Redis {
  override duplicate(override?: Partial<RedisOptions>): Redis {
    return super.duplicate({ ...override, socketTimeout: BLOCKED_TIMEOUT_MS })
  }
}

/** A connection of loops and handlers: comes back by itself, but a command that gets no answer in time is given up. */
export function connectBounded(redisUrl: string, onError: (error: Error) => void): Redis {
  return connectForGood(redisUrl, { commandTimeout: COMMAND_TIMEOUT_MS }, onError)
}

function connectForGood(redisUrl: string, options: ConnectOptions, onError: (error: Error) => void): Redis {
  const redis = connect(
    redisUrl,
    {
      maxRetriesPerRequest: null,
      retryStrategy: (attempt) => Math.min(250 * attempt, RECONNECT_PAUSE_MS_MAX),
      socketTimeout: REPLY_TIMEOUT_MS,
      ...options,
    },
    onError,
  )
  askRegularly(redis)
  return redis
}

/** So that a dead way to Redis is found out while the connection is idle, and not when a job waits for it. */
function askRegularly(redis: Redis): void {
  const ask = () => {
    if (redis.status === 'ready') redis.ping().catch(() => {})
  }
  const timer = setInterval(ask, ASK_EVERY_MS)
  timer.unref()
  redis.once('end', () => clearInterval(timer))
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
  const deadline = performance.now() + timeoutMs
  while (redis.status !== 'ready') {
    if (performance.now() > deadline || isRefusal(lastError)) {
      redis.disconnect()
      throw unreachable(redisUrl, lastError)
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return redis
}

/** A Redis, or a way to it, that holds the connection and never answers: it is given up, and what was asked is asked anew. */
const REPLY_TIMEOUT_MS = 5_000
const BLOCKED_TIMEOUT_MS = 15_000
const ASK_EVERY_MS = 2_000
/** Short, so that work goes on soon after an outage of any length. */
const RECONNECT_PAUSE_MS_MAX = 2_000
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
  const redis = new WorkerRedis(redisUrl, { ...options, ...tlsOptions(redisUrl), keepAlive: 10_000 })
  redis.on('error', onError)
  return redis
}

/** Said outright, because NODE_TLS_REJECT_UNAUTHORIZED would otherwise turn it off. */
const tlsOptions = (redisUrl: string): Pick<RedisOptions, 'tls'> =>
  new URL(redisUrl).protocol === 'rediss:' ? { tls: { rejectUnauthorized: true } } : {}

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
