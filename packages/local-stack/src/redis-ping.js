import { connect } from 'node:net'

/**
 * Whether a Redis lets us in and serves (it refuses with LOADING while it reads its data back).
 * @param {number} port of 127.0.0.1
 * @param {string} password
 * @returns {Promise<boolean>}
 */
export function answersPing(port, password) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    /** @param {boolean} isServing */
    const settle = (isServing) => {
      socket.destroy()
      resolve(isServing)
    }
    socket.setTimeout(2_000, () => settle(false))
    socket.on('error', () => settle(false))
    socket.on('close', () => settle(false))
    socket.on('connect', () => socket.write(`AUTH ${password}\r\nPING\r\n`))
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
      if (answer.includes('-')) settle(false)
      else if (answer === '+OK\r\n+PONG\r\n') settle(true)
    })
  })
}
