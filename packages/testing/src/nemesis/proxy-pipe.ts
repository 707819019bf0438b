import type { Socket } from 'node:net'
import { awaitTaken } from './await-taken.ts'
import {
  type ForwardStep,
  holdMs,
  type ProxyDirection,
  type ProxyMode,
  planForward,
  tailLength,
} from './proxy-mode.ts'

/** What becomes of what arrives, once a mode has broken the connection. `forward`: it has not. */
export type PipeFate = 'forward' | 'hold' | 'discard' | 'resetSource' | 'cut'

export interface PipeOptions {
  readonly direction: ProxyDirection
  readonly source: Socket
  readonly target: Socket
  readonly mode: () => ProxyMode
  readonly onBytes: (direction: ProxyDirection, bytes: Buffer) => void
  /** The mode wants the connection to end; `sent` resolves when the target has the last bytes. */
  readonly onCut: (cut: 'now' | 'afterAnswer', sent: Promise<void>) => void
}

interface Arrival {
  readonly kind: 'bytes' | 'end' | 'reset'
  readonly arrivedAtMs: number
  bytes: Buffer
}

const NOTHING = Buffer.alloc(0)
const QUEUE_BYTES_MAX = 64 * 1024
/** What is on a long way has to be kept somewhere. */
const DELAYED_BYTES_MAX = 4 * 1024 * 1024

/** One direction of a connection: what arrives from the source waits here until the mode lets it go to the target. */
export class ProxyPipe {
  fate: PipeFate = 'forward'
  /** The target is not told that the source has ended. */
  keepsTarget = false
  readonly #options: PipeOptions
  readonly #queue: Arrival[] = []
  #queuedBytes = 0
  #seen = { tail: NOTHING, byteCount: 0 }
  #nextAtMs = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: PipeOptions) {
    this.#options = options
    const { source, target, direction } = options
    source.on('data', (bytes: Buffer) => {
      options.onBytes(direction, bytes)
      this.#arrive('bytes', bytes)
    })
    source.on('end', () => this.#arrive('end'))
    source.on('error', () => {
      this.#clear()
      this.#arrive('reset')
    })
    target.on('drain', () => this.pump())
    target.on('close', () => this.#clear())
  }

  /** To be called whenever the mode was switched: what is counted is counted anew. */
  restart(): void {
    this.#seen = { tail: NOTHING, byteCount: 0 }
    this.#nextAtMs = 0
    this.pump()
  }

  /** Sends on what may go now, and comes back when more may. */
  pump(): void {
    let waitMs = this.#step()
    while (waitMs === 0) waitMs = this.#step()
    clearTimeout(this.#timer)
    if (waitMs !== Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.pump(), waitMs)
    this.#applyBackpressure()
  }

  #arrive(kind: Arrival['kind'], bytes: Buffer = NOTHING): void {
    this.#queue.push({ kind, bytes, arrivedAtMs: performance.now() })
    this.#queuedBytes += bytes.length
    this.pump()
  }

  /** @returns 0 when something was done, else how long there is nothing to do unless something happens */
  #step(): number {
    const next = this.#queue[0]
    if (next === undefined || this.fate === 'hold') return Number.POSITIVE_INFINITY
    if (this.fate !== 'forward') return this.#finish(next, this.fate)
    const now = performance.now()
    const waitMs = Math.max(holdMs(this.#options.mode(), next.arrivedAtMs, now), this.#nextAtMs - now)
    if (waitMs > 0) return waitMs
    if (next.kind !== 'bytes') return this.#passEnd(next.kind)
    if (this.#options.target.writableNeedDrain) return Number.POSITIVE_INFINITY
    return this.#forward(next)
  }

  #forward(next: Arrival): number {
    const mode = this.#options.mode()
    const step = planForward(mode, this.#options.direction, next.bytes, this.#seen)
    const bytes = next.bytes.subarray(0, step.byteCount)
    next.bytes = next.bytes.subarray(step.byteCount)
    this.#queuedBytes -= bytes.length
    if (next.bytes.length === 0) this.#queue.shift()
    this.#remember(bytes, tailLength(mode))
    this.#nextAtMs = performance.now() + step.pauseMs
    this.#send(bytes, step)
    return 0
  }

  #send(bytes: Buffer, { cut }: ForwardStep): void {
    const { target, onCut } = this.#options
    if (cut === 'no') target.write(bytes)
    else
      onCut(
        cut,
        new Promise<void>((resolve) => target.write(bytes, () => resolve())).then(() => awaitTaken(target)),
      )
  }

  #remember(bytes: Buffer, length: number): void {
    const tail = length === 0 ? NOTHING : Buffer.concat([this.#seen.tail, bytes]).subarray(-length)
    this.#seen = { tail, byteCount: this.#seen.byteCount + bytes.length }
  }

  #passEnd(kind: 'end' | 'reset'): number {
    const { target } = this.#options
    this.#queue.shift()
    if (this.keepsTarget) return 0
    if (kind === 'end') target.end()
    else target.resetAndDestroy()
    return 0
  }

  #finish(next: Arrival, fate: 'discard' | 'resetSource' | 'cut'): number {
    const { source, onCut } = this.#options
    this.#queue.shift()
    this.#queuedBytes -= next.bytes.length
    if (fate === 'resetSource') source.resetAndDestroy()
    if (fate === 'cut') onCut('now', Promise.resolve())
    // The target has had its end before; with this one the source has, too.
    if (fate === 'discard' && next.kind === 'end') source.end()
    return 0
  }

  #clear(): void {
    clearTimeout(this.#timer)
    this.#queue.length = 0
    this.#queuedBytes = 0
  }

  #applyBackpressure(): void {
    const { source, mode } = this.#options
    const bytesMax = mode().kind === 'delay' ? DELAYED_BYTES_MAX : QUEUE_BYTES_MAX
    if (this.#queuedBytes >= bytesMax) source.pause()
    else if (source.isPaused()) source.resume()
  }
}
