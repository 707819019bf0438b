import type { Redis } from 'ioredis'

/** Holds back all workers from a portal that asked for a pause: one key per host in Redis, gone when the pause is over. */
export class HostGate {
  readonly #redis: Redis
  readonly #prefix: string

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis
    this.#prefix = prefix
  }

  /** Closes the gate of `host` for at least `pauseMs`; a longer pause already set stays. */
  async shut(host: string, pauseMs: number): Promise<void> {
    const left = await this.pauseMs(host)
    if (left < pauseMs) await this.#redis.set(this.#key(host), '1', 'PX', Math.max(1, Math.round(pauseMs)))
  }

  /** Milliseconds until the gate of `host` opens; 0 when it is open. */
  async pauseMs(host: string): Promise<number> {
    return Math.max(0, await this.#redis.pttl(this.#key(host)))
  }

  #key(host: string): string {
    return `${this.#prefix}:gate:${host}`
  }
}
