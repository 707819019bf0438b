import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { eventually } from '../../src/eventually.ts'

/** One end of a connection and what happened to it. */
export interface Peer {
  readonly socket: Socket
  text(): string
  byteCount(): number
  /** `open`, `ended` (FIN), `closed` or the code of an error. */
  state(): string
  /** Resolves when it is so. */
  reaches(what: string, isSo: (peer: Peer) => boolean): Promise<void>
}

/** A server that keeps what it gets; it answers nothing by itself and half-closes nothing by itself. */
export interface Listener {
  readonly port: number
  readonly peers: Peer[]
  /** The newest connection that it has; waits for one. */
  nextPeer(): Promise<Peer>
  close(): Promise<void>
}

export function watchPeer(socket: Socket): Peer {
  const chunks: Buffer[] = []
  let state = 'open'
  socket.on('data', (bytes: Buffer) => chunks.push(bytes))
  socket.on('end', () => {
    state = 'ended'
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    state = error.code ?? error.message
  })
  socket.on('close', () => {
    if (state === 'open' || state === 'ended') state = 'closed'
  })
  const peer: Peer = {
    socket,
    text: () => Buffer.concat(chunks).toString(),
    byteCount: () => chunks.reduce((sum, { length }) => sum + length, 0),
    state: () => state,
    reaches: async (what, isSo) => void (await eventually(what, () => isSo(peer))),
  }
  return peer
}

export async function startListener(): Promise<Listener> {
  const peers: Peer[] = []
  let taken = 0
  const server = createServer({ allowHalfOpen: true }, (socket) => peers.push(watchPeer(socket)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    peers,
    nextPeer: async () => {
      const peer = await eventually('a connection at the server', () => peers[taken])
      taken++
      return peer
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const { socket } of peers) socket.destroy()
      await closed
    },
  }
}

export function connectPeer(port: number): Peer {
  return watchPeer(connect({ port, host: '127.0.0.1', allowHalfOpen: true }))
}
