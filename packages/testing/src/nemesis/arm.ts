import { writeSync } from 'node:fs'
import { onFaultPoint } from '@gather/platform'
import { readStrike, STRIKE_VARIABLE, type Strike, writeStrike } from './strike.ts'

const STDOUT = 1

/** Preloaded into a process of the product: arms the fault point that its environment names. */
function arm(strike: Strike): void {
  let passCount = 0
  onFaultPoint((point) => {
    if (point !== strike.point || ++passCount !== strike.passNo) return
    writeSync(STDOUT, `struck ${writeStrike(strike)}\n`)
    if (strike.deed === 'throw') throw new Error(`struck at ${point}`)
    process.kill(process.pid, strike.deed === 'kill' ? 'SIGKILL' : 'SIGSTOP')
  })
}

const text = process.env[STRIKE_VARIABLE]
if (text !== undefined) arm(readStrike(text))
