import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { listProcesses } from './server-processes.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

function runDemo(): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['packages/local-stack/bin/demo.js'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })))
}

const processesOf = (folder: string) => listProcesses().filter((process) => process.command.includes(folder))

describe('npm run demo', () => {
  it('imports 51,754 licences, proves them, and leaves nothing running', async () => {
    const { code, output } = await runDemo()
    expect(output).toMatch(/rows +51,754 at the portal, 51,754 stored/)
    expect(output).toMatch(/digest +equal/)
    expect(code).toBe(0)
    const folder = /data in (\S+)/.exec(output)?.[1] ?? 'no folder was named'
    expect(processesOf(folder)).toEqual([])
  }, 120_000)
})
