import { Database, findRun, readLogEntries } from '@gather/ledger'
import { startTestStack, type TestStack } from '@gather/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cancelRun, importTopic, reconcile } from '../src/index.ts'

let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack({ rowCount: 1_000 })
})
afterAll(() => stack?.close())

test('a run is cancelled also while the import_log is away, and the reconciler finishes it', async () => {
  const { services, topic } = stack
  const running = AbortSignal.timeout(30_000)
  const options = { initialize: true, allowEmpty: false, allowShrink: false }
  const { runId } = await importTopic(services, topic, options, running)
  const run = await findRun(services.database, runId)
  if (run === undefined) throw new Error('the run was not recorded')
  const importLog = new Database({ url: 'mysql://nobody:none@127.0.0.1:1/none' })

  await cancelRun({ ...services, importLog }, run)
  await importLog.close()

  expect(await findRun(services.database, runId)).toMatchObject({
    state: 'cancelled',
    reasonCode: 'CANCELLED',
  })
  await expect(cancelRun(services, run)).rejects.toMatchObject({ code: 'RUN_OVER' })
  await reconcile(services, running)
  const finals = (await readLogEntries(services.importLog, runId)).filter(({ phase }) => phase === 'final')
  expect(finals).toHaveLength(1)
  expect(await services.store.listRunTables()).toEqual([])
})
