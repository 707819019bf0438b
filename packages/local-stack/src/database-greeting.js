import { connect } from 'node:net'

const PROTOCOL_VERSION = 10

/**
 * Whether a MariaDB or MySQL server greets who connects, which it does once its `--init-file` has run.
 * @param {{port: number, host: string} | {path: string}} address
 * @returns {Promise<boolean>}
 */
export function sendsGreeting(address) {
  return new Promise((resolve) => {
    const socket = connect(address)
    /** @param {boolean} isGreeted */
    const settle = (isGreeted) => {
      socket.destroy()
      resolve(isGreeted)
    }
    socket.setTimeout(2_000, () => settle(false))
    socket.on('error', () => settle(false))
    socket.on('close', () => settle(false))
    // Three bytes of length, one of sequence, then the version; an error packet has 255 there.
    socket.on('data', (packet) => settle(packet[4] === PROTOCOL_VERSION))
  })
}
