import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { runScript } from './run-script.ts'

const CANARY = `canary"${randomBytes(9).toString('hex')}`
const ENV = { MYSQL_URL: 'mysql://u:p@db/rover', DASHBOARD_PASSWORD: CANARY }

test.each(['thrown', 'rejected', 'a text'])(
  'S12: an error that nobody caught ends a long-running process without its secrets (%s)',
  async (way) => {
    const { code, stdout, stderr } = await runScript('./crashing-process.ts', ENV, [way])
    expect(stderr).toMatch(/^crashed: .*refused \*\*\*/)
    expect(stderr).not.toContain(CANARY.slice(7))
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  },
)

test('an error that nobody caught shows where it came from', async () => {
  const { stderr } = await runScript('./crashing-process.ts', ENV, ['thrown'])
  expect(stderr).toContain('crashing-process.ts')
})
