import { findSchedule } from '@gather/ledger'
import { eventually, runPlanner, startApp, startTestStack, stopApps, type TestStack } from '@gather/testing'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'

let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack({ rowCount: 200 })
})
afterEach(() => stack.services.database.write('DELETE FROM import_schedule'))
afterAll(async () => {
  await stopApps()
  await stack.close()
})

const CRON = ['--cron', '0 3 * * *', '--tz', 'America/Los_Angeles'] as const
const planner = (...args: string[]) => runPlanner(args, stack.env)
const json = async (...args: string[]) => JSON.parse((await planner(...args, '--json')).stdout)
const read = () => findSchedule(stack.services.database, 'pet_license')

it('a schedule is made, and told with its next time in UTC and in its zone', async () => {
  const { code, stdout } = await planner('schedule', 'pet_license', ...CRON)
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^pet_license is imported at "0 3 \* \* \*" in America\/Los_Angeles \(incremental\)\n {2}next +\S+T1[01]:00:00.000Z, \w{3} [\d-]{10} 03:00 P[SD]T\n$/,
  )
  expect(await read()).toMatchObject({
    cron: '0 3 * * *',
    timeZone: 'America/Los_Angeles',
    mode: 'incremental',
  })
})

it('a second schedule of a topic replaces the first one, and says so', async () => {
  await planner('schedule', 'pet_license', ...CRON)
  const { stdout } = await planner('schedule', 'pet_license', '--cron', '0  5 * * mon', '--initialize')
  expect(stdout).toContain('pet_license is imported at "0 5 * * mon" in UTC (initialize)')
  expect(stdout).toContain('replaces "0 3 * * *" in America/Los_Angeles (incremental)')
  expect(await json('schedule', 'pet_license', ...CRON)).toMatchObject({
    topic: 'pet_license',
    cron: '0 3 * * *',
    timeZone: 'America/Los_Angeles',
    mode: 'incremental',
    replaced: { cron: '0 5 * * mon', timeZone: 'UTC', mode: 'initialize' },
  })
})

it('schedules are listed with what came of the last time, and as JSON', async () => {
  expect((await planner('schedules')).stdout).toContain('there are no schedules')
  await planner('schedule', 'pet_license', ...CRON)
  expect(await json('schedules')).toMatchObject([
    { topic: 'pet_license', nextAt: expect.stringMatching(/Z$/), lastDueAt: null, lastOutcome: null },
  ])
  await stack.services.database.write(
    `UPDATE import_schedule SET last_due_at = '2026-11-28 11:00:00', last_outcome = 'skipped', last_reason = 'run x still fills it'`,
  )
  const { stdout } = await planner('schedules')
  expect(stdout).toMatch(/^TOPIC +CRON +TIME ZONE +MODE +NEXT +NEXT THERE +LAST +OUTCOME\n/)
  expect(stdout).toMatch(/03:00 P[SD]T +2026-11-28T11:00Z +skipped: run x still fills it\n$/)
})

it('a schedule whose next time can not be told hides no others, and says why', async () => {
  await planner('schedule', 'pet_license', ...CRON)
  await stack.services.database.write(
    `INSERT INTO import_schedule (topic, cron, time_zone, mode, due_after)
     VALUES ('edited', '0 3 * * *', 'Mars/Olympus', 'incremental', UTC_TIMESTAMP(3))`,
  )
  const { code, stdout } = await planner('schedules')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^edited .*there is no time zone "Mars\/Olympus" \(examples: /m)
  expect(stdout).toMatch(/^pet_license .* 03:00 P[SD]T +never/m)
  expect(await json('schedules')).toMatchObject([
    { topic: 'edited', nextAt: null, nextFault: expect.stringContaining('Mars/Olympus') },
    { topic: 'pet_license', nextAt: expect.stringMatching(/Z$/), nextFault: null },
  ])
})

it('a schedule is removed; one that is not there is wrong usage', async () => {
  await planner('schedule', 'pet_license', ...CRON)
  expect(await planner('unschedule', 'pet_license')).toMatchObject({
    code: 0,
    stdout: 'pet_license has no schedule any more\n',
  })
  expect(await planner('unschedule', 'pet_license')).toMatchObject({
    code: 2,
    stderr: 'there is no schedule of "pet_license"; "planner schedules" lists them\n',
  })
})

it.each([
  [['pet_license'], "required option '--cron <expression>' not specified"],
  [['pet_license', '--cron', '0 0 3 * * *'], 'it must have five fields'],
  [['pet_license', '--cron', '0 25 * * *'], 'an example: "0 3 * * *"'],
  [['pet_license', '--cron', '0 3 * * *', '--tz', 'Mars/Olympus'], 'there is no time zone "Mars/Olympus"'],
  [['cats', '--cron', '0 3 * * *'], 'there is no topic "cats"; topics are pet_license'],
])('wrong usage ends with exit code 2 and writes nothing: %j', async (args, text) => {
  const { code, stdout, stderr } = await planner('schedule', ...args)
  expect(stderr).toContain(text)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(await read()).toBeUndefined()
})

it('a schedule needs no Redis to be made, and a listener takes it up', async () => {
  const env = { ...stack.env, REDIS_URL: 'redis://127.0.0.1:1' }
  expect((await runPlanner(['schedule', 'pet_license', ...CRON], env)).code).toBe(0)
  startApp('listener', stack.env)
  const { occurrences } = stack.services.queue
  await eventually('its scheduler', async () =>
    (await occurrences.read(new Date())).schedulers.get('pet_license'),
  )
  expect((await planner('doctor')).stdout).toMatch(/ok +schedule +1 schedules are kept/)
  await planner('unschedule', 'pet_license')
  await eventually('its end', async () => (await occurrences.read(new Date())).schedulers.size === 0)
})

it('an occurrence that is due starts a run, which the list tells of', async () => {
  await planner('schedule', 'pet_license', ...CRON)
  await stack.services.database.write('UPDATE import_schedule SET due_after = due_after - INTERVAL 3 DAY')
  const last = await eventually('the run', async () => (await json('schedules'))[0]?.lastRunId)
  expect((await planner('schedules')).stdout).toContain(`started run ${last}`)
  expect(await json('show', last)).toMatchObject({ runId: last, topic: 'pet_license', mode: 'incremental' })
  expect(await json('runs')).toHaveLength(1)
})
