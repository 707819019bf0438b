import type { ServerResponse } from 'node:http'
import type { Logger } from '@gather/platform'
import { Channel } from './channel.ts'
import type { LiveSource } from './live-source.ts'
import { StreamClient } from './stream-client.ts'

/** Streams that are open at a time; each costs a connection and its share of the sending. */
export const STREAMS_MAX = 200
/** Of one address: a proxy is one, and so is an office. A browser opens six at most. */
export const STREAMS_PER_ADDRESS_MAX = 50

/** All event streams of the dashboard. */
export class LiveHub {
  readonly #channels = new Map<string, Channel>()
  readonly #countByAddress = new Map<string, number>()
  readonly #log: Logger
  #count = 0
  #isClosed = false

  constructor(log: Logger) {
    this.#log = log
  }

  /** Whether another stream of this address would be too many. */
  isFull(address: string): boolean {
    const ownCount = this.#countByAddress.get(address) ?? 0
    return this.#isClosed || this.#count >= STREAMS_MAX || ownCount >= STREAMS_PER_ADDRESS_MAX
  }

  /** Answers with the stream of `source` until the browser goes, or nothing will change any more. */
  join(source: LiveSource, response: ServerResponse, address: string): void {
    if (response.destroyed) return
    const client = new StreamClient(response)
    this.#change(address, 1)
    client.onGone(() => this.#change(address, -1))
    this.#channelOf(source).add(client)
  }

  /** Number of streams that are open. */
  get streamCount(): number {
    return this.#count
  }

  /** Ends all streams and takes no more; may be called twice. */
  close(): void {
    this.#isClosed = true
    for (const channel of this.#channels.values()) channel.close()
  }

  #channelOf(source: LiveSource): Channel {
    const known = this.#channels.get(source.key)
    if (known !== undefined) return known
    const channel: Channel = new Channel(source, this.#log, () => {
      if (this.#channels.get(source.key) === channel) this.#channels.delete(source.key)
    })
    this.#channels.set(source.key, channel)
    return channel
  }

  #change(address: string, by: 1 | -1): void {
    this.#count += by
    const ownCount = (this.#countByAddress.get(address) ?? 0) + by
    if (ownCount === 0) this.#countByAddress.delete(address)
    else this.#countByAddress.set(address, ownCount)
  }
}
