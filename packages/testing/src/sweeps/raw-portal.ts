import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** What goes over the wire for one request, byte for byte, and how the connection ends. */
export interface RawReply {
  readonly bytes: Buffer
  readonly ending: 'fin' | 'reset'
}

export interface RawPortal {
  /** `host:port` */
  readonly host: string
  /** Number of requests for this offset that were replied to. */
  repliesOf(offset: number): number
  close(): Promise<void>
}

/** A server that replies to each request by `replyOf` the request's `$offset`: no HTTP library comes between. */
export async function startRawPortal(replyOf: (offset: number) => RawReply): Promise<RawPortal> {
  const replies = new Map<number, number>()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    let request = ''
    socket.on('data', (chunk) => {
      request += chunk.toString('latin1')
      if (!request.includes('\r\n\r\n')) return
      const offset = offsetOf(request)
      request = ''
      replies.set(offset, (replies.get(offset) ?? 0) + 1)
      send(socket, replyOf(offset))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    repliesOf: (offset) => replies.get(offset) ?? 0,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function send(socket: Socket, { bytes, ending }: RawReply): void {
  if (ending === 'fin') socket.end(bytes)
  else socket.write(bytes, () => socket.resetAndDestroy())
}

function offsetOf(request: string): number {
  const path = request.split(' ')[1] ?? '/'
  return Number(new URL(path, 'http://portal').searchParams.get('$offset'))
}
