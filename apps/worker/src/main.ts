import { setFlagsFromString } from 'node:v8'

// Before all other modules: loading them makes the young generation ten times as large as pages need, and it stays so.
setFlagsFromString('--semi-space-growth-factor=1')
const { reportAndExit } = await import('@gather/platform')
const { runWorker } = await import('./run-worker.ts')
runWorker().catch(reportAndExit)
