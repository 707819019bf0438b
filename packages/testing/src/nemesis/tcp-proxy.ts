import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { type ConnectionOptions, ProxyConnection } from './proxy-connection.ts'
import type { ProxyDirection, ProxyMode } from './proxy-mode.ts'
import { findStablePort } from './stable-port.ts'

export interface TcpProxyOptions {
  readonly upstreamPort: number
  /** Default: 127.0.0.1. */
  readonly upstreamHost?: string
  /** Where it listens on 127.0.0.1; default: a free one that stays free while the proxy refuses. */
  readonly port?: number
  /** Sees all bytes as they arrive, before the mode decides about them; it may switch the mode. */
  readonly onBytes?: (direction: ProxyDirection, bytes: Buffer) => void
}

/** A way to a server that can be made bad while it is used. */
export interface TcpProxy {
  readonly port: number
  readonly mode: ProxyMode
  /** Connections of which at least one side is open. */
  readonly connectionCount: number
  /** How many connections the modes `reset` and `match` have cut. */
  readonly cutCount: number
  /** The same URL by way of the proxy. */
  through(url: string): string
  /**
   * Counts for all connections at once; resolves when new ones are accepted, or refused, too. A connection that a mode
   * has broken stays broken.
   */
  setMode(mode: ProxyMode): Promise<void>
  /** Resets all connections on both sides. */
  dropConnections(): void
  /** Resets all connections and stops listening; can be called twice. */
  close(): Promise<void>
}

/** Starts a proxy in the mode `pass`. */
export async function startTcpProxy(options: TcpProxyOptions): Promise<TcpProxy> {
  const proxy = new SwitchableProxy(options.port ?? (await findStablePort()), options)
  await proxy.setMode({ kind: 'pass' })
  return proxy
}

class SwitchableProxy implements TcpProxy {
  readonly port: number
  mode: ProxyMode = { kind: 'pass' }
  cutCount = 0
  readonly #server: Server
  readonly #connections = new Set<ProxyConnection>()
  #cutsLeft = Number.POSITIVE_INFINITY
  #isClosed = false
  #listening: Promise<void> = Promise.resolve()

  constructor(
    port: number,
    { upstreamPort, upstreamHost = '127.0.0.1', onBytes = () => {} }: TcpProxyOptions,
  ) {
    this.port = port
    const connectionOptions: ConnectionOptions = {
      upstream: { host: upstreamHost, port: upstreamPort },
      mode: () => this.mode,
      onBytes,
      onCut: () => this.#countCut(),
      onClose: (connection) => this.#connections.delete(connection),
    }
    this.#server = createServer({ allowHalfOpen: true }, (client) => {
      if (this.#isRefusing()) client.resetAndDestroy()
      else this.#connections.add(new ProxyConnection(client, connectionOptions))
    })
  }

  get connectionCount(): number {
    return this.#connections.size
  }

  through(url: string): string {
    const through = new URL(url)
    through.hostname = '127.0.0.1'
    through.port = String(this.port)
    return through.href
  }

  setMode(mode: ProxyMode): Promise<void> {
    this.mode = mode
    this.#cutsLeft = 'times' in mode ? (mode.times ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY
    for (const connection of this.#connections) connection.applyMode()
    if (this.#isRefusing()) this.dropConnections()
    this.#listening = this.#listening.catch(() => {}).then(() => this.#listenOrNot())
    return this.#listening
  }

  dropConnections(): void {
    for (const connection of this.#connections) connection.reset()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.setMode({ kind: 'refuse' })
  }

  #isRefusing(): boolean {
    return this.#isClosed || this.mode.kind === 'refuse'
  }

  async #listenOrNot(): Promise<void> {
    const isWanted = !this.#isRefusing()
    if (isWanted === this.#server.listening) return
    if (isWanted) this.#server.listen(this.port, '127.0.0.1')
    else this.#server.close()
    await once(this.#server, isWanted ? 'listening' : 'close')
  }

  #countCut(): void {
    this.cutCount++
    this.#cutsLeft--
    if (this.#cutsLeft === 0) void this.setMode({ kind: 'pass' })
  }
}
