import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Below the ports that systems give to outgoing connections: while a server is away, clients that try to reach it would
 * otherwise sooner or later be given its very port, and it could not come back.
 */
const FIRST_PORT = 20_000
const PORT_COUNT = 10_000
const ATTEMPTS_MAX = 100

/** A port of 127.0.0.1 that is free now and stays so while its server is down. */
export async function findStablePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const port = FIRST_PORT + randomInt(PORT_COUNT)
    if (await isPortFree(port)) return port
  }
  throw new Error(`found no free port from ${FIRST_PORT} to ${FIRST_PORT + PORT_COUNT - 1}`)
}

/** Whether a server could listen on a port of 127.0.0.1; found out by listening for a moment. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
