/**
 * The names of the processes that run as root in both looks at a container: one that only begins as root, or a health check,
 * is gone in the second.
 * @param first the output of `docker top <container> -eo pid,uid,comm`
 * @param second the same, a while later
 */
export function findRoots(first: string, second: string): string[] {
  const before = readRoots(first)
  return [...readRoots(second)].filter(([pid]) => before.has(pid)).map(([, command]) => command)
}

function readRoots(table: string): Map<string, string> {
  const rows = table.trim().split('\n').slice(1)
  const processes = rows.map((row) => row.trim().split(/\s+/))
  return new Map(
    processes.filter(([, uid]) => uid === '0').map(([pid = '', , ...words]) => [pid, words.join(' ')]),
  )
}
