/** A long-running process in which an error is caught by nobody, in the way that its argument names. */
import { stopSignal } from '../src/index.ts'

const password = process.env.DASHBOARD_PASSWORD ?? ''

class ReplyError extends Error {
  readonly command = { name: 'auth', args: ['default', password] }
}

const error = new ReplyError(`refused ${password}`, { cause: new Error(`inner ${password}`) })

const WAYS: Readonly<Record<string, () => void>> = {
  thrown: () => {
    throw error
  },
  rejected: () => void Promise.reject(error),
  'a text': () => void Promise.reject(`refused ${password}`),
}

stopSignal()
setInterval(() => {}, 60_000)
setImmediate(() => WAYS[process.argv[2] ?? '']?.())
