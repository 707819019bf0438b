/** A worker process that takes a page, says so, and holds it for ever, or ends it where its argument says so. */
import { startPageWorker } from '../src/index.ts'
import { silentLog } from './own-queue.ts'

const [redisUrl = '', prefix = '', lockMs = '', outcome = ''] = process.argv.slice(2)

const worker = startPageWorker(
  async ({ pageNo }) => {
    console.log(`took ${pageNo}`)
    if (outcome !== 'finish') await new Promise(() => {})
  },
  { redisUrl, prefix, concurrency: 1, lockMs: Number(lockMs), graceMs: 0, log: silentLog },
)
await worker.ready()
console.log('ready')
