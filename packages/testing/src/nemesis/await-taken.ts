import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const PAUSE_MS = 5
const PATIENCE_MS = 2_000

/**
 * Waits until the other end's system has taken all that was written, since a reset throws away what it has not. Gives
 * up after two seconds, for an end that does not read. Where the system does not tell, it waits for a moment instead.
 */
export async function awaitTaken(socket: Socket): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (performance.now() < deadline) {
    const waiting = await countWaitingBytes(socket)
    if (waiting === 0) return
    await sleep(PAUSE_MS)
    if (waiting === undefined) return
  }
}

/** @returns undefined where the system does not tell */
async function countWaitingBytes({ localPort, remotePort }: Socket): Promise<number | undefined> {
  if (localPort === undefined || remotePort === undefined) return 0
  const table = await readFile('/proc/net/tcp', 'latin1').catch(() => '')
  // Columns: number, local address, remote address, state, bytes waiting to be taken : to be read
  const ports = `:${toHex(localPort)} [0-9A-F]{8}:${toHex(remotePort)} [0-9A-F]{2} `
  const waiting = new RegExp(`${ports}([0-9A-F]{8}):`).exec(table)?.[1]
  return waiting === undefined ? undefined : Number.parseInt(waiting, 16)
}

function toHex(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0')
}
