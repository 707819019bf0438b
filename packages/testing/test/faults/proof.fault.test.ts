import { type NemesisStack, startNemesisStack, stopApps } from '@gather/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

let stack: NemesisStack
beforeAll(async () => {
  stack = await startNemesisStack({ rowCount: 600, topic: { page_rows: 100 } })
})
beforeEach(() => stack.start('worker'))
afterEach(() => stopApps())
afterAll(() => stack.close())

const dataset = () => stack.portal.dataset('jguv-t9rb')

/** A run whose pages are all stored, and `interfere` before anybody has looked at them. */
async function runWith(interfere: (staging: string) => unknown) {
  const settler = await stack.start('listener', { point: 'before_settle', deed: 'stop', passNo: 1 })
  const trial = await stack.begin({ withReader: true })
  await settler.struck()
  await interfere(`_gs_${trial.runId}_1`)
  settler.kill('SIGCONT')
  return { run: await trial.ended(), violations: await trial.check() }
}

describe('what settling proves', () => {
  it('a value changed in staging fails the run by its digest', async () => {
    const { run, violations } = await runWith((staging) =>
      stack.services.database.write(`UPDATE \`${staging}\` SET animal_s_name = 'Nobody' LIMIT 1`),
    )
    expect(run).toMatchObject({ state: 'failed', reasonCode: 'VERIFY_DIGEST' })
    expect(violations).toEqual([])
  })

  it('a row lost from staging fails the run by its count', async () => {
    const { run, violations } = await runWith((staging) =>
      stack.services.database.write(`DELETE FROM \`${staging}\` LIMIT 1`),
    )
    expect(run).toMatchObject({ state: 'failed', reasonCode: 'VERIFY_ROWS' })
    expect(violations).toEqual([])
  })

  it('25: a source that changed after the last page was read is read again', async () => {
    const { run, violations } = await runWith(() => dataset().deleteRows((row) => row.species === 'Goat'))
    expect(run).toMatchObject({ state: 'succeeded', generation: 2 })
    expect(violations).toEqual([])
  })
})

describe('an error that nobody foresaw', () => {
  it.each(['after_fetch', 'after_load'] as const)('at %s fails the run and says so', async (point) => {
    await stopApps()
    await Promise.all([stack.start('worker', { point, deed: 'throw', passNo: 2 }), stack.start('listener')])
    const trial = await stack.begin({ withReader: true })
    expect(await trial.ended()).toMatchObject({ state: 'failed', reasonCode: 'UNEXPECTED' })
    expect(await trial.check()).toEqual([])
  })

  it('after the commit costs nothing', async () => {
    await stopApps()
    const strike = { point: 'after_commit_before_ack', deed: 'throw', passNo: 2 } as const
    await Promise.all([stack.start('worker', strike), stack.start('listener')])
    const trial = await stack.begin({ withReader: true })
    expect(await trial.ended()).toMatchObject({ state: 'succeeded' })
    expect(await trial.check()).toEqual([])
  })
})
