import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const children = new Set<ChildProcess>()

afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
})

function start(...options: string[]) {
  const child = spawn(process.execPath, [MAIN, ...options], { stdio: ['ignore', 'pipe', 'pipe'] })
  children.add(child)
  return { child, errors: text(child.stderr), ended: once(child, 'exit') }
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [chunk] = await once(child.stdout ?? child, 'data')
  return String(chunk).trim()
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  'the command prints its URL, serves, and ends cleanly on %s',
  async (signal) => {
    const { child, ended } = start('--port', '0', '--rows', '12')
    const url = await firstLine(child)
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const rows = await fetch(`${url}/resource/jguv-t9rb.json?$select=count(*)`)
    expect(await rows.json()).toEqual([{ count: '12' }])
    child.kill(signal)
    expect(await ended).toEqual([0, null])
  },
)

test('the command serves a CSV export under any id', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sample-portal-'))
  try {
    const file = join(folder, 'rows.csv')
    writeFileSync(file, 'Item,Price\nhat,9\n')
    const { child } = start('--port', '0', '--csv', file, '--dataset', 'file-0001')
    const rows = await fetch(`${await firstLine(child)}/resource/file-0001.json`)
    expect(await rows.text()).toBe('[{"item":"hat","price":"9"}]\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('what cannot be served ends the command with one sentence', async () => {
  const { errors, ended } = start('--port', '0', '--csv', 'no-such-file.csv')
  expect(await ended).toEqual([2, null])
  expect(await errors).toMatch(/^sample portal: ENOENT.*no-such-file\.csv'\n$/)
})
