import type { ServerResponse } from 'node:http'

/** A browser that does not take what was sent for so long is let go: it comes back by itself if it lives. */
const CLOGGED_MS_MAX = 20_000
/** What was sent last has so long to arrive. */
const END_MS_MAX = 5_000
/** Proxies end a connection that is silent for half a minute or so. */
export const BEAT_MS = 15_000
/** A browser asks again after this time. */
const RETRY_MS = 2_000

/** What a stream is answered with. `no-transform` and the last one keep proxies from gathering events. */
export const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
} as const

/** The browser at the end of one event stream. At most one event waits for it in memory. */
export class StreamClient {
  readonly #response: ServerResponse
  readonly #clock: () => number
  readonly #beat: NodeJS.Timeout
  #cloggedAtMs: number | undefined

  /** @param clock - milliseconds, monotonic */
  constructor(response: ServerResponse, clock: () => number = () => performance.now()) {
    this.#response = response
    this.#clock = clock
    response.writeHead(200, STREAM_HEADERS)
    response.on('drain', () => {
      this.#cloggedAtMs = undefined
    })
    this.#write(`retry: ${RETRY_MS}\n\n`)
    this.#beat = setInterval(() => this.send(': beat\n\n'), BEAT_MS).unref()
    response.on('error', () => {})
    this.onGone(() => clearInterval(this.#beat))
  }

  /** @returns false where the browser has not taken the last event yet: this one was not sent */
  send(text: string): boolean {
    if (this.isGone) return true
    if (this.#cloggedAtMs === undefined) {
      this.#write(text)
      return true
    }
    if (this.#clock() - this.#cloggedAtMs > CLOGGED_MS_MAX) this.#response.destroy()
    return false
  }

  get isGone(): boolean {
    return this.#response.destroyed || this.#response.writableEnded
  }

  /** Calls once, at once where it has gone already. */
  onGone(listener: () => void): void {
    if (this.#response.closed || this.#response.destroyed) listener()
    else this.#response.once('close', listener)
  }

  /** Ends the stream after what was sent; who does not take that in time is cut off. May be called twice. */
  end(): void {
    if (this.isGone) return
    const cutOff = setTimeout(() => this.#response.destroy(), END_MS_MAX).unref()
    this.onGone(() => clearTimeout(cutOff))
    this.#response.end()
  }

  #write(text: string): void {
    if (!this.#response.write(text)) this.#cloggedAtMs = this.#clock()
  }
}
