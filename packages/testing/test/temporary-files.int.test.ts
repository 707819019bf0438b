import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AppProcess, runPlanner, startApp, stopApps } from '../src/app-process.ts'
import { eventually } from '../src/eventually.ts'
import { startTestStack, type TestStack } from '../src/test-stack.ts'

let folder: string
let stack: TestStack
let env: Readonly<Record<string, string>>
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gather-temporary-'))
  stack = await startTestStack({ rowCount: 2_000 })
  env = { ...stack.env, TMPDIR: folder }
})
afterAll(async () => {
  await stopApps()
  await stack?.close()
  rmSync(folder, { recursive: true, force: true })
})

const WRITABLE = 0o3

/** Files that a process holds open for writing; where the system does not tell, none. */
function filesBeingWritten({ pid }: AppProcess): string[] {
  const fds = `/proc/${pid}/fd`
  if (!existsSync(fds)) return []
  return readdirSync(fds).flatMap((fd) => {
    try {
      const path = readlinkSync(`${fds}/${fd}`)
      const flags = Number.parseInt(
        /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0',
        8,
      )
      return path.startsWith('/') && !path.startsWith('/dev/') && (flags & WRITABLE) !== 0 ? [path] : []
    } catch {
      return []
    }
  })
}

it('S19: no process leaves a file with data anywhere, not even one that is killed in the middle of a page', async () => {
  const worker = startApp('worker', env)
  const listener = startApp('listener', env)
  await Promise.all([worker.waitFor(/\.ready/), listener.waitFor(/\.ready/)])
  stack.portal.setFault((request) =>
    request.query.get('$offset') === '500' ? { kind: 'drip', bytesPerSecond: 2_000 } : undefined,
  )
  const { stdout } = await runPlanner(['enqueue', 'pet_license', '--initialize', '--json'], env)
  const { runId }: { runId: string } = JSON.parse(stdout)
  const written = new Set<string>()
  await eventually('all pages but the slow one', async () => {
    for (const app of [worker, listener]) for (const path of filesBeingWritten(app)) written.add(path)
    const [row] = await stack.testDatabase.database.rows<{ n: number }>(
      "SELECT COUNT(*) AS n FROM import_page WHERE run_id = ? AND state = 'done'",
      [runId],
    )
    return row?.n === 3
  })
  worker.kill('SIGKILL')
  await worker.exited
  stack.portal.setFault(undefined)
  const next = startApp('worker', env)
  await next.waitFor(/\.ready/)
  const { stdout: end } = await runPlanner(['show', runId, '--wait', '--json'], env)
  expect(JSON.parse(end).state).toBe('succeeded')
  expect([...written]).toEqual([])
  expect(readdirSync(folder)).toEqual([])
})
