/** Whether a process runs; one that has ended and was not yet waited for counts as running. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
