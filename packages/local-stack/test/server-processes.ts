import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

const SERVER_NAMES = /(^|\/)(redis-server|valkey-server|mariadbd|mysqld)$/

interface Process {
  readonly pid: number
  readonly parentPid: number
  readonly command: string
}

/** The Redis and database servers that run on this machine, whoever started them. */
export function listServerProcesses() {
  const processes = listProcesses()
  return processes
    .filter(({ command }) => SERVER_NAMES.test(command.split(' ')[0] ?? ''))
    .map(({ pid, parentPid }) => ({
      pid,
      parentCommand: processes.find((other) => other.pid === parentPid)?.command ?? '',
    }))
}

/** All processes of this machine. */
export const listProcesses = (): Process[] => (existsSync('/proc/self/stat') ? readProc() : readPs())

function readProc(): Process[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
  return pids.flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const parentPid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      return [{ pid, parentPid, command }]
    } catch {
      // It ended while we looked.
      return []
    }
  })
}

function readPs(): Process[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n')
  return lines.map((line) => {
    const [pid, parentPid, ...command] = line.trim().split(/\s+/)
    return { pid: Number(pid), parentPid: Number(parentPid), command: command.join(' ') }
  })
}
