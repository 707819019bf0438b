/** A process that starts a stack in the folder of its argument, says so, and waits to be killed. */
import { startStack } from '../src/start-stack.js'

const stack = await startStack({ name: 'owned', dataDir: process.argv[2] ?? '' })
console.log(JSON.stringify(stack.pids))
