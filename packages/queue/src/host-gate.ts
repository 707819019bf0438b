import { backoffMs, LIMITS } from '@gather/platform'
import type { Redis } from 'ioredis'
import { redisFault } from './redis-faults.ts'

/**
 * One step: workers that a portal refuses at the same moment shut its gate at the same moment, and that counts as one refusal.
 * KEYS gate, refusals; ARGV the pause that the portal asked for, then by number of refusals the least pause there is.
 * They are forgotten when the portal has answered, or nobody has asked it for twice as long as the last pause.
 */
const SHUT = `
  local left = redis.call('PTTL', KEYS[1])
  local refusals = tonumber(redis.call('GET', KEYS[2]) or '0')
  if left <= 0 then refusals = math.min(refusals + 1, #ARGV - 1) end
  local pause = math.max(tonumber(ARGV[1]), tonumber(ARGV[1 + math.max(refusals, 1)]))
  if left < pause then
    redis.call('SET', KEYS[1], '1', 'PX', pause)
    redis.call('SET', KEYS[2], refusals, 'PX', 3 * pause)
    left = pause
  end
  return left`

/** Doubling from the first to the longest. */
const LEAST_PAUSES_MS = Array.from({ length: 7 }, (_, index) =>
  backoffMs(index + 1, LIMITS.backoffMsBase, LIMITS.backoffMsMax),
)

/** Holds back all workers from a portal that asked for a pause: one key per host in Redis, gone when the pause is over. */
export class HostGate {
  readonly #redis: Redis
  readonly #prefix: string

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis
    this.#prefix = prefix
  }

  /**
   * Closes the gate of `host`, whose portal has refused a request, for as long as it asks (`askedMs`), and for longer each time
   * that it refuses again when the gate has opened; a longer pause already set stays.
   * @returns milliseconds until the gate opens
   * @throws Fault `REDIS_UNREACHABLE` (unavailable), or `REDIS_ACCESS_DENIED` (terminal)
   */
  async shut(host: string, askedMs: number): Promise<number> {
    const wholeMs = Math.max(1, Math.round(askedMs))
    const keys = [this.#key(host), this.#refusalsKey(host)]
    return Number(await this.#redis.eval(SHUT, 2, ...keys, wholeMs, ...LEAST_PAUSES_MS).catch(rethrow))
  }

  /**
   * The portal has answered a request: its next refusal counts as the first one again.
   * @throws Fault `REDIS_UNREACHABLE` (unavailable), or `REDIS_ACCESS_DENIED` (terminal)
   */
  async forgive(host: string): Promise<void> {
    await this.#redis.del(this.#refusalsKey(host)).catch(rethrow)
  }

  /**
   * Milliseconds until the gate of `host` opens; 0 when it is open.
   * @throws Fault `REDIS_UNREACHABLE` (unavailable), or `REDIS_ACCESS_DENIED` (terminal)
   */
  async pauseMs(host: string): Promise<number> {
    return Math.max(0, await this.#redis.pttl(this.#key(host)).catch(rethrow))
  }

  #key(host: string): string {
    return `${this.#prefix}:gate:${host}`
  }

  #refusalsKey(host: string): string {
    return `${this.#prefix}:refusals:${host}`
  }
}

function rethrow(error: unknown): never {
  throw redisFault(error)
}
