import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { namedFaults } from '../src/index.ts'

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

test('the command does what its faults say, with chances that depend on the seed', async () => {
  const strikes = async (seed: string) => {
    const faults = ['--fault', 'error status=502 chance=0.5', '--fault', 'header name=x-one value=1']
    const { child } = start('--port', '0', '--rows', '12', '--seed', seed, ...faults)
    const url = await firstLine(child)
    const statuses = []
    for (let index = 0; index < 20; index += 1) {
      const answer = await fetch(`${url}/resource/jguv-t9rb.json?$limit=1`)
      expect(answer.headers.get('x-one')).toBe('1')
      statuses.push(answer.status)
      await answer.arrayBuffer()
    }
    return statuses
  }
  const first = await strikes('4')
  expect(new Set(first)).toEqual(new Set([200, 502]))
  expect(await strikes('4')).toEqual(first)
  expect(await strikes('5')).not.toEqual(first)
})

test('faults are switched while the command runs, and it still ends cleanly with a request hanging', async () => {
  const { child, ended } = start('--port', '0', '--rows', '12')
  const url = await firstLine(child)
  const switched = await fetch(`${url}/-/faults`, { method: 'POST', body: 'hang path=resource' })
  expect(await switched.text()).toBe('hang path=resource # 0 times\n')
  const broken = expect(fetch(`${url}/resource/jguv-t9rb.json`)).rejects.toThrow('fetch failed')
  await expect
    .poll(async () => (await fetch(`${url}/-/faults`)).text())
    .toBe('hang path=resource # 1 times\n')
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  await broken
})

test('--help names every fault in one line with an example', async () => {
  const { child, ended } = start('--help')
  const help = await text(child.stdout)
  expect(await ended).toEqual([0, null])
  for (const { name, summary, example } of namedFaults) {
    expect(help.split('\n')).toContain(`  ${name}: ${summary}; e.g. '${example}'`)
  }
})

const OPTIONS = 'allowed are --port, --host, --rows, --seed, --csv, --dataset, --time-zone, --fault, --help'

test.each([
  [['--frob'], `unknown option '--frob'; ${OPTIONS}`],
  [['extra'], `there are options only; ${OPTIONS}`],
  [['--port', 'x'], "option '--port <number>' argument 'x' must be a whole number from 0 to 65535"],
  [['--port', '65536'], "option '--port <number>' argument '65536' must be a whole number from 0 to 65535"],
  [['--rows', '-1'], "option '--rows <count>' argument '-1' must be a whole number from 0 to 999999999"],
  [['--port'], "option '--port <number>' argument missing"],
  [['--dataset', 'pets'], 'data set id "pets" must look like jguv-t9rb'],
  [
    ['--fault', 'hang', '--fault', 'cap rows=many'],
    'fault cap: rows must be a whole number, 0 or more, not "many"',
  ],
  [['--time-zone', 'Mars'], 'time zone "Mars" is unknown; a known one is America/Los_Angeles'],
  [['--fault', ''], 'the text names no fault, such as throttle every=5'],
])('wrong usage ends the command with code 2 and one sentence: %j', async (options, sentence) => {
  const { child, errors, ended } = start('--port', '0', ...options)
  const printed = text(child.stdout)
  expect(await ended).toEqual([2, null])
  expect(await errors).toBe(`sample portal: ${sentence}\n`)
  expect(await printed).toBe('')
})

test('what cannot be served ends the command with one sentence', async () => {
  const { errors, ended } = start('--port', '0', '--csv', 'no-such-file.csv')
  expect(await ended).toEqual([2, null])
  expect(await errors).toMatch(/^sample portal: ENOENT.*no-such-file\.csv'\n$/)
})
