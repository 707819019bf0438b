/** A process that says when it was told to stop, and stops only at the second time. */
import { stopSignal, waitForStop } from '../src/index.ts'

const signal = stopSignal()
const alive = setInterval(() => {}, 60_000)
console.log('started')
await waitForStop(signal)
await waitForStop(signal)
console.log(`stopping: ${signal.reason.message}`)
if (process.argv[2] === 'obey') clearInterval(alive)
