import type { Redis } from 'ioredis'
import { redisFault } from './redis-faults.ts'

/** One step: workers that a portal refuses at the same moment shut its gate at the same moment. */
const SHUT = `
  if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
    redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
  end`

/** Holds back all workers from a portal that asked for a pause: one key per host in Redis, gone when the pause is over. */
export class HostGate {
  readonly #redis: Redis
  readonly #prefix: string

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis
    this.#prefix = prefix
  }

  /**
   * Closes the gate of `host` for at least `pauseMs`; a longer pause already set stays.
   * @throws Fault `REDIS_UNREACHABLE` (unavailable), or `REDIS_ACCESS_DENIED` (terminal)
   */
  async shut(host: string, pauseMs: number): Promise<void> {
    const wholeMs = Math.max(1, Math.round(pauseMs))
    await this.#redis.eval(SHUT, 1, this.#key(host), wholeMs).catch(rethrow)
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
}

function rethrow(error: unknown): never {
  throw redisFault(error)
}
