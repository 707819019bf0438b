import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '@gather/platform'
import type { LiveSource, LiveState } from './live-source.ts'
import { eventText, updateOf } from './live-update.ts'
import type { StreamClient } from './stream-client.ts'

/** Reading takes at most one part in this many of the time, however large a run is. */
const REST_SHARE = 10
const PAUSE_MS_MAX = 5_000

/** The streams of one page: one reader for all of them, which rests while there is none. */
export class Channel {
  readonly #source: LiveSource
  readonly #onOver: () => void
  readonly #log: Logger
  /** Each with the state it was sent last; undefined where it is to get all. */
  readonly #clients = new Map<StreamClient, LiveState | undefined>()
  readonly #stop = new AbortController()
  #isReading = false
  #latest: LiveState | undefined

  /** @param onOver - called when it takes no more clients: the last one has gone, or nothing will change any more */
  constructor(source: LiveSource, log: Logger, onOver: () => void) {
    this.#source = source
    this.#log = log
    this.#onOver = onOver
  }

  /** A client that comes later gets what the others have, at once. */
  add(client: StreamClient): void {
    this.#clients.set(client, undefined)
    client.onGone(() => this.#remove(client))
    if (this.#latest !== undefined) this.#sendTo(client, this.#latest)
    if (this.#isReading) return
    this.#isReading = true
    void this.#readOn().catch((err: unknown) => {
      this.#log.error({ err }, 'dashboard.stream_failed')
      this.close()
    })
  }

  /** Ends all streams. */
  close(): void {
    this.#stop.abort()
    this.#onOver()
    for (const client of this.#clients.keys()) client.end()
  }

  #remove(client: StreamClient): void {
    this.#clients.delete(client)
    if (this.#clients.size > 0) return
    this.#stop.abort()
    this.#onOver()
  }

  async #readOn(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const startMs = performance.now()
      const state = await this.#source.read()
      this.#latest = state
      for (const client of this.#clients.keys()) this.#sendTo(client, state)
      if (state.isOver) return this.close()
      const restMs = Math.min(PAUSE_MS_MAX, (performance.now() - startMs) * REST_SHARE)
      const pauseMs = Math.max(state.pauseMs, restMs)
      await sleep(pauseMs, undefined, { signal: this.#stop.signal }).catch(() => {})
    }
  }

  /** A browser that lags misses events; the next one that it takes holds all that has changed meanwhile. */
  #sendTo(client: StreamClient, state: LiveState): void {
    const update = updateOf(state, this.#clients.get(client))
    if (update !== undefined && client.send(eventText(update))) this.#clients.set(client, state)
  }
}
