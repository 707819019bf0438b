/** Which way bytes go through a proxy: from the client to the server, or back. */
export type ProxyDirection = 'toServer' | 'toClient'

/** How often a mode cuts connections; after that the proxy passes again. Default: without limit. */
interface CutLimit {
  readonly times?: number
}

/** What a proxy does to its connections, to those it has and to new ones. */
export type ProxyMode =
  | { readonly kind: 'pass' }
  /** Everything takes this much longer in each direction; the order is kept. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /**
   * Connections are accepted and kept, and nothing passes: no byte, no end, no reset. What a peer sends is taken as far
   * as buffers go. `afterwards`, when the mode changes, such a connection stays dead, and a peer is reset when it sends
   * a byte or has sent one meanwhile (`reset`, the default: the way between them has forgotten the connection); or it
   * stays dead and silent (`silent`); or all that was sent arrives late (`deliver`: a cable was put back).
   */
  | { readonly kind: 'blackhole'; readonly afterwards?: 'reset' | 'silent' | 'deliver' }
  /** Nobody listens on the port, and the connections are reset. */
  | { readonly kind: 'refuse' }
  /** Each connection is reset on both sides when this many bytes went that way since the switch. */
  | ({ readonly kind: 'reset'; readonly afterBytes: number; readonly direction: ProxyDirection } & CutLimit)
  /** A connection is reset on both sides when the pattern comes from the client, at the moment `when` says. */
  | ({ readonly kind: 'match'; readonly pattern: string | Uint8Array; readonly when: CutMoment } & CutLimit)
  /** This side gets an end (FIN) and nothing more; what it sends still arrives, but not its own end or reset. */
  | { readonly kind: 'halfClose'; readonly side: 'client' | 'server' }
  /** No more than this in each direction of each connection. */
  | { readonly kind: 'rate'; readonly bytesPerSecond: number }

/**
 * `beforeForwarding`: the server gets what came before the pattern. `afterForwarding`: it gets the pattern and what came
 * along with it, and the client is reset at once. `afterAnswer`: the client is reset in place of the server's answer, so
 * that the server is sure to have done what it was told.
 */
export type CutMoment = 'beforeForwarding' | 'afterForwarding' | 'afterAnswer'

/** What is done with the bytes that are next in one direction. */
export interface ForwardStep {
  /** How many of them are sent on now. */
  readonly byteCount: number
  /** How long the next ones have to wait for it. */
  readonly pauseMs: number
  /** The connection ends with them. */
  readonly cut: 'no' | 'now' | 'afterAnswer'
}

/** A rate is kept in portions of this time. */
const PORTION_MS = 50

/** For how long what arrived then is still held back; Infinity: until the mode changes. */
export function holdMs(mode: ProxyMode, arrivedAtMs: number, nowMs: number): number {
  if (mode.kind === 'blackhole') return Number.POSITIVE_INFINITY
  return mode.kind === 'delay' ? Math.max(0, arrivedAtMs + mode.delayMs - nowMs) : 0
}

/**
 * How the next bytes of a direction are sent on.
 * @param seen what went the same way since the mode was switched to; at least its last bytes
 * @param seenByteCount how much went the same way since then
 */
export function planForward(
  mode: ProxyMode,
  direction: ProxyDirection,
  bytes: Buffer,
  seen: { readonly tail: Buffer; readonly byteCount: number },
): ForwardStep {
  const all: ForwardStep = { byteCount: bytes.length, pauseMs: 0, cut: 'no' }
  if (mode.kind === 'rate') return planPortion(mode.bytesPerSecond, bytes.length)
  if (mode.kind === 'reset' && mode.direction === direction) {
    const left = Math.max(0, mode.afterBytes - seen.byteCount)
    return bytes.length < left ? all : { byteCount: left, pauseMs: 0, cut: 'now' }
  }
  if (mode.kind === 'match' && direction === 'toServer') {
    const start = Buffer.concat([seen.tail, bytes]).indexOf(Buffer.from(mode.pattern))
    if (start < 0) return all
    if (mode.when !== 'beforeForwarding')
      return { ...all, cut: mode.when === 'afterAnswer' ? mode.when : 'now' }
    return { byteCount: Math.max(0, start - seen.tail.length), pauseMs: 0, cut: 'now' }
  }
  return all
}

/** How many of the last bytes have to be remembered to find a pattern that came in two pieces. */
export function tailLength(mode: ProxyMode): number {
  return mode.kind === 'match' ? Buffer.from(mode.pattern).length - 1 : 0
}

function planPortion(bytesPerSecond: number, length: number): ForwardStep {
  const portion = Math.max(1, Math.floor((bytesPerSecond * PORTION_MS) / 1_000))
  const byteCount = Math.min(portion, length)
  return { byteCount, pauseMs: (byteCount / bytesPerSecond) * 1_000, cut: 'no' }
}
