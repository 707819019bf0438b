import { connect, createServer } from 'node:net'

/**
 * A TCP port of 127.0.0.1 that nothing listens on at this moment.
 * @param {number} [preferredPort] taken when it is free
 * @returns {Promise<number>}
 */
export async function findFreePort(preferredPort = 0) {
  const port = await tryPort(preferredPort)
  return port ?? findFreePort()
}

/**
 * @param {number} port
 * @returns {Promise<number | undefined>}
 */
function tryPort(port) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined))
    })
  })
}

/**
 * @param {number} port of 127.0.0.1
 * @returns {Promise<boolean>}
 */
export function acceptsConnections(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
