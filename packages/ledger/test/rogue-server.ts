import { createServer, type Socket } from 'node:net'

const OK = Buffer.from([0, 0, 0, 2, 0, 0, 0])

/** What the server asks a file for: while the client logs in, at each statement, or at each statement again and again. */
export type Greed = 'login' | 'statement' | 'statement twice'

export interface RogueServer {
  readonly url: string
  /** All that clients have sent. */
  received(): Buffer
  /** How often it asked for the file. */
  askedCount(): number
  /** How many clients have come so far. */
  connectionCount(): number
  close(): Promise<void>
}

/** A database server that speaks just enough of the protocol to ask its clients for a file. */
export async function startRogueServer(path: string, greed: Greed): Promise<RogueServer> {
  const chunks: Buffer[] = []
  const sockets = new Set<Socket>()
  let askedCount = 0
  const request = Buffer.concat([Buffer.from([0xfb]), Buffer.from(path)])
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    const send = (sequence: number, payload: Buffer) => {
      const head = Buffer.alloc(4)
      head.writeUIntLE(payload.length, 0, 3)
      head[3] = sequence
      if (!socket.destroyed) socket.write(Buffer.concat([head, payload]))
    }
    const ask = (sequence: number) => {
      askedCount++
      send(sequence, request)
    }
    let loggedIn = false
    let asking = false
    send(0, greeting())
    onPackets(socket, (packet, sequence) => {
      chunks.push(packet)
      if (!loggedIn) {
        loggedIn = true
        if (greed === 'login') ask(sequence + 1)
        else send(sequence + 1, OK)
      } else if (asking) {
        if (packet.length > 0) return
        asking = greed === 'statement twice' && askedCount < 2
        if (asking) ask(sequence + 1)
        else send(sequence + 1, OK)
      } else if (packet[0] === 3 && !packet.includes('SET SESSION')) {
        asking = true
        ask(sequence + 1)
      } else send(sequence + 1, OK)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  return {
    url: `mysql://reader:word@127.0.0.1:${port}/rover`,
    received: () => Buffer.concat(chunks),
    askedCount: () => askedCount,
    connectionCount: () => sockets.size,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function onPackets(socket: Socket, take: (packet: Buffer, sequence: number) => void): void {
  let rest: Buffer = Buffer.alloc(0)
  socket.on('data', (data: Buffer) => {
    rest = Buffer.concat([rest, data])
    while (rest.length >= 4 && rest.length >= 4 + rest.readUIntLE(0, 3)) {
      const end = 4 + rest.readUIntLE(0, 3)
      const packet = rest.subarray(4, end)
      const sequence = rest[3] ?? 0
      rest = rest.subarray(end)
      take(packet, sequence)
    }
  })
}

/** Protocol 4.1, native passwords, LOCAL files allowed. */
function greeting(): Buffer {
  const capabilities = 0x1 | 0x8 | 0x80 | 0x200 | 0x2000 | 0x8000 | 0x80000
  const tail = Buffer.alloc(31)
  tail.writeUInt16LE(capabilities & 0xffff, 0)
  tail[2] = 45
  tail.writeUInt16LE(2, 3)
  tail.writeUInt16LE(capabilities >>> 16, 5)
  tail[7] = 21
  tail.fill('b', 18, 30)
  return Buffer.concat([
    Buffer.from('\x0a8.0.0-rogue\0\x01\0\0\0aaaaaaaa\0'),
    tail,
    Buffer.from('mysql_native_password\0'),
  ])
}
