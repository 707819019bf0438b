import {
  Database,
  findRun,
  type LogEntry,
  type RunRecord,
  readLogEntries,
  writeLogEntry,
} from '@gather/ledger'
import { createLogger, readConfig } from '@gather/platform'
import { MysqlStore } from '@gather/store'
import {
  createTestDatabase,
  defineThings,
  eventually,
  startLoading,
  type TestDatabase,
} from '@gather/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ChunkLog } from '../src/chunk-log.ts'

const topic = defineThings({ name: { type: 'varchar(10)' } })
const log = createLogger(
  'test',
  readConfig({
    REDIS_URL: 'redis://127.0.0.1:1',
    MYSQL_URL: 'mysql://u:p@127.0.0.1:1/d',
    LOG_LEVEL: 'fatal',
  }),
)
const chunk = (pageNo: number, comments = `page ${pageNo}`): LogEntry => ({
  phase: 'chunk',
  event: 'chunk',
  generation: 1,
  pageNo,
  chunkRowCount: 10,
  comments,
})

let testDatabase: TestDatabase
let run: RunRecord

beforeAll(async () => {
  testDatabase = await createTestDatabase()
})
beforeEach(async () => {
  const { database } = testDatabase
  const { runId } = await startLoading(database, new MysqlStore(database), topic, { plannedRows: 30 })
  const found = await findRun(database, runId)
  if (found === undefined) throw new Error('the run is not there')
  run = found
})
afterAll(() => testDatabase.drop())

const logged = async () =>
  (await readLogEntries(testDatabase.database, run.runId)).map(({ comments }) => comments)

describe('the import_log rows of pages', () => {
  it('are written by themselves, soon after', async () => {
    const chunkLog = new ChunkLog(testDatabase.database, log)
    chunkLog.add(run, chunk(0))
    chunkLog.add(run, chunk(1))
    await eventually('both rows', async () => (await logged()).length === 2)
    chunkLog.add(run, chunk(2))
    await eventually('the third row', async () => (await logged()).length === 3)
    await chunkLog.close()
  })

  it('are written by the time it is closed, twice over too', async () => {
    const chunkLog = new ChunkLog(testDatabase.database, log)
    for (const pageNo of [0, 1, 2]) chunkLog.add(run, chunk(pageNo))
    await Promise.all([chunkLog.close(), chunkLog.close()])
    expect(await logged()).toEqual(['page 0', 'page 1', 'page 2'])
    await chunkLog.close()
  })

  it('leave a row as it is that the settler has written meanwhile', async () => {
    const chunkLog = new ChunkLog(testDatabase.database, log)
    await writeLogEntry(testDatabase.database, run, chunk(0, 'of the settler'))
    chunkLog.add(run, chunk(0, 'of the worker'))
    await chunkLog.close()
    expect(await logged()).toEqual(['of the settler'])
  })

  it('that can not be written hold nothing up', async () => {
    const away = new Database({ url: 'mysql://nobody:x@127.0.0.1:1/nothing' })
    const chunkLog = new ChunkLog(away, log)
    chunkLog.add(run, chunk(0))
    await chunkLog.close()
    await away.close()
  })
})
