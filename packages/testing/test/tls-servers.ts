import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, TLSSocket } from 'node:tls'
import { onTestFinished } from 'vitest'
import type { Certificate } from './certificates.ts'

/** A server that shows a certificate, and takes down all that clients tell it afterwards. */
export interface TlsServer {
  readonly port: number
  /** Everything clients have sent, inside TLS or without it. */
  received(): string
  /** Connections so far. */
  connectionCount(): number
}

/** A server of TLS from the first byte on, as those of HTTPS and of `rediss:` are. It answers nothing. */
export function startTlsServer(certificate: Certificate): Promise<TlsServer> {
  let text = ''
  const server = createTlsServer(certificate, (socket) => {
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
    })
  })
  server.on('tlsClientError', () => {})
  return listen(server, () => text)
}

/** A database server that offers TLS by `certificate`, or none at all where that is undefined. */
export function startDatabaseServer(certificate: Certificate | undefined): Promise<TlsServer> {
  let text = ''
  const takeDown = (chunk: Buffer) => {
    text += chunk.toString('latin1')
  }
  const server = createTcpServer((socket) => {
    socket.on('error', () => {})
    socket.write(greeting(certificate !== undefined))
    if (certificate === undefined) socket.on('data', takeDown)
    else socket.once('readable', () => startTls(socket, certificate, takeDown))
  })
  return listen(server, () => text)
}

/** Behind the client's request for TLS, which has this length, it speaks TLS. */
const TLS_REQUEST_BYTES = 36

function startTls(socket: Socket, certificate: Certificate, takeDown: (chunk: Buffer) => void): void {
  socket.read(TLS_REQUEST_BYTES)
  const secure = new TLSSocket(socket, { isServer: true, ...certificate })
  secure.on('error', () => socket.destroy())
  secure.on('data', (chunk: Buffer) => {
    takeDown(chunk)
    socket.destroy()
  })
}

async function listen(server: Server, received: () => string): Promise<TlsServer> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { port, received, connectionCount: () => sockets.size }
}

/** The first packet of protocol 4.1; with or without the capability of TLS. */
function greeting(withTls: boolean): Buffer {
  const capabilities = 0x1 | 0x8 | 0x200 | 0x2000 | 0x8000 | 0x80000 | (withTls ? 0x800 : 0)
  const tail = Buffer.alloc(31)
  tail.writeUInt16LE(capabilities & 0xffff, 0)
  tail[2] = 45
  tail.writeUInt16LE(2, 3)
  tail.writeUInt16LE(capabilities >>> 16, 5)
  tail[7] = 21
  tail.fill('b', 18, 30)
  const packet = Buffer.concat([
    Buffer.from('\x0a8.0.0-test\0\x01\0\0\0aaaaaaaa\0'),
    tail,
    Buffer.from('mysql_clear_password\0'),
  ])
  const head = Buffer.alloc(4)
  head.writeUIntLE(packet.length, 0, 3)
  return Buffer.concat([head, packet])
}
