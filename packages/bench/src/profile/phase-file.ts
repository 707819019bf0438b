import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PhaseRecord, Span } from './phase-record.ts'

const POLL_MS = 5
const ANSWER_MS_MAX = 30_000
const IDLE_MS_MAX = 60_000

/** A process that writes its phases to a file. */
export interface PhaseWriter {
  readonly pid: number
  readonly phaseFile: string
}

/** What the process has written so far; a line that is not whole yet is left out. */
export function readPhaseRecords(path: string): PhaseRecord[] {
  const lines = readFileSync(path, { encoding: 'utf8', flag: 'a+' }).split('\n')
  return lines.slice(0, -1).map((line): PhaseRecord => JSON.parse(line))
}

/** Asks a process for what it has done since it was asked before, until no phase of it is at work any more. */
export async function collectPhases(writer: PhaseWriter): Promise<Span[]> {
  const spans: Span[] = []
  const startMs = performance.now()
  for (;;) {
    const record = await askForRecord(writer)
    spans.push(...record.spans)
    if (record.openCount === 0) return spans
    if (performance.now() - startMs > IDLE_MS_MAX)
      throw new Error(`process ${writer.pid} is still at work ${IDLE_MS_MAX / 1000} s after the run`)
    await sleep(20)
  }
}

async function askForRecord({ pid, phaseFile }: PhaseWriter): Promise<PhaseRecord> {
  const knownCount = readPhaseRecords(phaseFile).length
  process.kill(pid, 'SIGUSR2')
  const startMs = performance.now()
  for (;;) {
    const record = readPhaseRecords(phaseFile)[knownCount]
    if (record !== undefined) return record
    if (performance.now() - startMs > ANSWER_MS_MAX)
      throw new Error(`process ${pid} did not write its phases within ${ANSWER_MS_MAX / 1000} s`)
    await sleep(POLL_MS)
  }
}
