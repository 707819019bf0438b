import { readFileSync, writeFileSync } from 'node:fs'

/** Linux counts processor time in hundredths of a second, whatever its own clock does. */
const TICK_MS = 10
/** To `clear_refs`: forget the peak of the memory held so far. */
const RESET_PEAK = '5'

/** What a process has used; undefined where this system does not tell. */
export interface ProcessUsage {
  /** Milliseconds of processor time since its start. */
  readonly cpuMs: number
  /** Most memory it has held at a time, since its start or {@link resetPeak}. */
  readonly rssPeakKb: number
}

/** Reads what a running process has used; nothing is known on other systems than Linux, or once it has ended. */
export function readUsage(pid: number): ProcessUsage | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return {
      cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
      rssPeakKb: Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0),
    }
  } catch {
    return undefined
  }
}

/** Has the system forget how much memory a process held, where it can. */
export function resetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, RESET_PEAK)
  } catch {
    // The peak then counts from the start of the process.
  }
}

/** Milliseconds of processor time that all programs of this machine have used; undefined where the system does not tell. */
export function readMachineCpuMs(): number | undefined {
  try {
    const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n')
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line.split(/\s+/).slice(1).map(Number)
    return (user + nice + system + irq + softirq) * TICK_MS
  } catch {
    return undefined
  }
}
