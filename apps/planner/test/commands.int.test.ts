import { runPlanner, startApp, startTestStack, stopApps, type TestStack } from '@gather/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack({ rowCount: 1_200 })
  const apps = [startApp('worker', stack.env), startApp('listener', stack.env)]
  await Promise.all(apps.map((app) => app.waitFor(/\.ready/)))
}, 120_000)
afterAll(async () => {
  await stopApps()
  await stack.close()
})

const planner = (...args: string[]) => runPlanner(args, stack.env)
const json = async (...args: string[]) => {
  const { code, stdout } = await planner(...args, '--json')
  return { code, document: JSON.parse(stdout) }
}

describe('the planner', () => {
  it('enqueues without waiting and says how to follow the run', async () => {
    const { code, stdout } = await planner('enqueue', 'pet_license', '--initialize')
    const runId = /run (\w+) of pet_license: 1,200 rows in 3 pages are enqueued/.exec(stdout)?.[1]
    expect(code).toBe(0)
    expect(stdout).toContain(`"planner show ${runId}"`)
    expect((await json('show', runId ?? '', '--wait')).document.state).toBe('succeeded')
  })

  it('shows a run by id, by the beginning of its id and by its topic', async () => {
    const { document } = await json('runs', '--limit', '1')
    const runId = document[0].runId
    for (const name of [runId, runId.slice(0, 13), 'pet_license']) {
      expect((await json('show', name)).document.runId).toBe(runId)
    }
    const { stdout } = await planner('show', 'pet_license')
    expect(stdout).toMatch(/rows +1,200 at the portal, 1,200 stored/)
    expect(stdout).toMatch(/digest +equal/)
    expect(stdout).toMatch(/success +SUCCESS/)
  })

  it('prints progress as plain lines where there is no terminal, and the receipt last', async () => {
    const { code, stdout, stderr } = await planner(
      'enqueue',
      '-t',
      'pet_license',
      '--initialize',
      '--wait',
      '--page-rows',
      '100',
    )
    expect(code).toBe(0)
    expect(stderr).toMatch(/pet_license succeeded: 1,200\/1,200 rows, 12\/12 pages/)
    expect(stdout).toMatch(/^ {2}run +\w+ +pet_license +initialize \(full\)/)
  })

  it('cancels a run; the jobs left become no-ops and the run can be planned anew', async () => {
    stack.portal.setFault((request) =>
      request.query.has('$order') ? { kind: 'delay', delayMs: 1_000 } : undefined,
    )
    const { document: plan } = await json('enqueue', 'pet_license', '--initialize', '--page-rows', '50')
    expect((await planner('cancel', plan.runId)).stdout).toContain(
      `run ${plan.runId} is cancelled; pet_license is as it was before`,
    )
    stack.portal.setFault(undefined)
    const again = await planner('cancel', plan.runId)
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('it was cancelled') })
    const { code, document } = await json('retry', plan.runId, '--wait')
    expect(code).toBe(0)
    expect(document).toMatchObject({ state: 'succeeded', mode: 'initialize', pages: 24 })
    expect(
      await stack.services.database.rows(
        "SELECT event FROM import_log WHERE run_id = ? AND phase = 'final'",
        [plan.runId],
      ),
    ).toEqual([{ event: 'failure' }])
  })

  it('does not retry a run that succeeded', async () => {
    expect(await planner('retry', 'pet_license')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('only failed and cancelled runs'),
    })
  })

  it('lists runs and topics as tables', async () => {
    expect((await planner('runs')).stdout).toMatch(/^RUN +TOPIC +MODE +STRATEGY +STATE +ROWS READ/)
    expect((await planner('topics')).stdout).toMatch(
      /pet_license +http:.*\/d\/jguv-t9rb +pet_license +mirror +7/,
    )
  })

  it('the doctor finds everything in order, and says what is not', async () => {
    const { code, document } = await json('doctor')
    expect(document.filter((check: { verdict: string }) => check.verdict === 'fail')).toEqual([])
    expect(code).toBe(0)
    stack.portal.setFault(() => ({ kind: 'status', status: 503 }))
    const sick = await planner('doctor')
    stack.portal.setFault(undefined)
    expect(sick.stdout).toMatch(/FAIL +portal +pet_license: .*503/)
    expect(sick.code).toBe(3)
  })

  it('migrate can be run again', async () => {
    expect((await planner('migrate')).stdout).toContain('is up to date (0 scripts applied)')
  })

  it('prune removes old runs and left tables, never the newest run of a topic', async () => {
    await stack.services.database.write('UPDATE import_run SET finished_at = finished_at - INTERVAL 100 DAY')
    await stack.services.database.write('CREATE TABLE _gs_250101000000abcd_1 (a INT)')
    const { document } = await json('prune', '--days', '90')
    expect(document.runs).toBeGreaterThan(2)
    expect(document.tables).toContain('_gs_250101000000abcd_1')
    expect((await json('runs')).document).toHaveLength(1)
  })

  it.each([
    [['enqueue'], 'name the topic to import'],
    [['enqueue', 'pet_license', '--page-rows', '0'], 'must be a whole number from 1 to 50000'],
    [['enqueue', 'pet_license', '-t', 'other'], 'two different topics'],
    [['show', 'nothing-like-it'], 'there is no run "nothing-like-it"'],
    [['importt'], "unknown command 'importt'"],
    [['runs', '--limit', 'x'], 'must be a whole number'],
  ])('wrong usage ends with exit code 2 and a sentence: %j', async (args, text) => {
    const { code, stderr, stdout } = await planner(...args)
    expect(stderr).toContain(text)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it('prints help for itself and for every command', async () => {
    const { code, stdout } = await planner('--help')
    expect(code).toBe(0)
    for (const name of [
      'enqueue',
      'runs',
      'show',
      'retry',
      'cancel',
      'schedule',
      'schedules',
      'unschedule',
      'topics',
      'migrate',
      'doctor',
      'prune',
    ]) {
      expect(stdout).toContain(name)
      expect((await planner(name, '--help')).code).toBe(0)
    }
  })
})
