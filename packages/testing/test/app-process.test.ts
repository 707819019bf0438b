import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { eventually } from '../src/eventually.ts'

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

it('a process of the product ends when the test that started it is killed', async () => {
  const script = fileURLToPath(new URL('starting-process.ts', import.meta.url))
  const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [printed] = await once(parent.stdout, 'data')
  const pid = Number(String(printed))
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGKILL')
  await eventually('the end of the process', () => !isAlive(pid))
}, 60_000)
