/** Preloaded into a process: it is of the release after this one, whose jobs have another version. */
import { registerHooks } from 'node:module'

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!url.endsWith('/packages/queue/src/contracts.ts')) return loaded
    const source = Buffer.from(loaded.source as Uint8Array).toString('utf8')
    const parts = source.split('JOB_VERSION = 1')
    if (parts.length !== 2) throw new Error('the version of jobs is not where it was')
    return { ...loaded, source: parts.join('JOB_VERSION = 2') }
  },
})
