import { Socket } from 'node:net'
import type { ProxyDirection, ProxyMode } from './proxy-mode.ts'
import { ProxyPipe } from './proxy-pipe.ts'

export interface ConnectionOptions {
  readonly upstream: { readonly host: string; readonly port: number }
  readonly mode: () => ProxyMode
  readonly onBytes: (direction: ProxyDirection, bytes: Buffer) => void
  /** A mode has cut a connection. */
  readonly onCut: () => void
  /** Both sides are closed. */
  readonly onClose: (connection: ProxyConnection) => void
}

/** A client's connection to the proxy and the proxy's own to the server. */
export class ProxyConnection {
  readonly #client: Socket
  readonly #server = new Socket({ allowHalfOpen: true })
  readonly #toServer: ProxyPipe
  readonly #toClient: ProxyPipe
  readonly #options: ConnectionOptions
  /** A connection that a mode has broken stays broken in every later mode. */
  #isBroken = false
  #isConnected = false
  #resetsAfterBlackhole = false

  constructor(client: Socket, options: ConnectionOptions) {
    this.#client = client
    this.#options = options
    this.#toServer = this.#pipe('toServer', client, this.#server)
    this.#toClient = this.#pipe('toClient', this.#server, client)
    for (const socket of [client, this.#server]) {
      socket.setNoDelay(true)
      socket.on('close', () => {
        if (client.closed && this.#server.closed) options.onClose(this)
      })
    }
    this.applyMode()
  }

  /** To be called when the mode was switched. */
  applyMode(): void {
    const mode = this.#options.mode()
    if (mode.kind !== 'blackhole') this.#leaveBlackhole()
    if (!this.#isBroken && mode.kind === 'blackhole') this.#enterBlackhole(mode.afterwards ?? 'reset')
    if (!this.#isBroken && mode.kind !== 'blackhole') this.#connect()
    if (!this.#isBroken && mode.kind === 'halfClose') this.#halfClose(mode.side)
    this.#toServer.restart()
    this.#toClient.restart()
  }

  /** RST to both sides, whatever was on its way. */
  reset(): void {
    this.#break('hold')
    this.#client.resetAndDestroy()
    this.#server.resetAndDestroy()
  }

  #pipe(direction: ProxyDirection, source: Socket, target: Socket): ProxyPipe {
    const { mode, onBytes } = this.#options
    const onCut = (cut: 'now' | 'afterAnswer', sent: Promise<void>) => this.#cut(cut, sent)
    return new ProxyPipe({ direction, source, target, mode, onBytes, onCut })
  }

  #connect(): void {
    if (this.#isConnected) return
    this.#isConnected = true
    this.#server.connect(this.#options.upstream)
  }

  #break(fate: 'hold' | 'resetSource'): void {
    this.#isBroken = true
    this.#toServer.fate = fate
    this.#toClient.fate = fate
  }

  #enterBlackhole(afterwards: 'reset' | 'silent' | 'deliver'): void {
    if (afterwards === 'deliver') return
    this.#break('hold')
    this.#resetsAfterBlackhole = afterwards === 'reset'
  }

  #leaveBlackhole(): void {
    if (this.#resetsAfterBlackhole) this.#break('resetSource')
  }

  #halfClose(side: 'client' | 'server'): void {
    this.#isBroken = true
    const isClient = side === 'client'
    const [closed, toClosed, fromClosed] = isClient
      ? [this.#client, this.#toClient, this.#toServer]
      : [this.#server, this.#toServer, this.#toClient]
    toClosed.fate = 'discard'
    fromClosed.keepsTarget = true
    closed.end()
  }

  #cut(cut: 'now' | 'afterAnswer', sent: Promise<void>): void {
    // The answer is what the second time is about.
    const isCounted = !this.#isBroken
    this.#break('hold')
    if (cut === 'afterAnswer') this.#toClient.fate = 'cut'
    else void sent.then(() => this.reset())
    if (isCounted) this.#options.onCut()
  }
}
