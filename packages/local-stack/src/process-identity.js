import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * A process told apart from a later one with the same number: its pid and its start time. In containers the same few
 * pids come again at every start, so a pid alone would take a stranger for the owner of an old file.
 * @param {number} pid
 * @returns {string | undefined} such as `4711@83442`; undefined where no such process runs
 */
export function identifyProcess(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  const startTime = process.platform === 'linux' ? startTimeFromProc(pid) : startTimeFromPs(pid)
  return startTime && `${pid}@${startTime}`
}

/**
 * @param {string} identity by {@link identifyProcess}
 * @returns {boolean}
 */
export function isRunning(identity) {
  return identity !== '' && identifyProcess(Number(identity.split('@')[0])) === identity
}

/**
 * @param {number} pid
 * @returns {string | undefined}
 */
function startTimeFromProc(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const isDead = fields[0] === 'Z' || fields[0] === 'X'
    return isDead ? undefined : fields[19]
  } catch {
    return undefined
  }
}

/**
 * @param {number} pid
 * @returns {string | undefined}
 */
function startTimeFromPs(pid) {
  try {
    const line = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' })
    return line.trim().replaceAll(/\s+/g, '-') || undefined
  } catch {
    return undefined
  }
}
