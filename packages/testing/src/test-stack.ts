import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger, readConfig } from '@gather/platform'
import { openServices, type Services } from '@gather/runs'
import {
  type DatasetSpec,
  petLicenseDataset,
  type SamplePortal,
  type SamplePortalOptions,
  startSamplePortal,
} from '@gather/sample-portal'
import { loadTopic, type Topic, type TopicDefinition } from '@gather/topics'
import { createTestDatabase, requireService, type TestDatabase } from './test-database.ts'

export interface TestStackOptions {
  /** What the portal serves; generated licences by default. */
  readonly dataset?: DatasetSpec
  readonly rowCount?: number
  /** More about the portal. */
  readonly portal?: Pick<SamplePortalOptions, 'timeZone' | 'clock'>
  /** Fields of the topic file to change. */
  readonly topic?: Partial<TopicDefinition>
  /** More environment variables. */
  readonly env?: Readonly<Record<string, string>>
  /** The servers to use. @defaultValue those the test command started */
  readonly servers?: { readonly redisUrl: string; readonly mysqlAdminUrl: string }
}

/** A portal, a database, a queue prefix and a topics folder of one test file. */
export interface TestStack {
  readonly portal: SamplePortal
  readonly testDatabase: TestDatabase
  /** Services in this process. */
  readonly services: Services
  readonly topic: Topic
  /** The environment for processes of the product. */
  readonly env: Readonly<Record<string, string>>
  /** Writes the topic file anew, for the processes and the next {@link TestStack.topic}-like load. */
  writeTopic(changes: Partial<TopicDefinition>): Topic
  close(): Promise<void>
}

/** Short times, so that what heals by waiting heals within a test. */
const QUICK = {
  JOB_LOCK_MS: '2000',
  RECONCILE_INTERVAL_MS: '300',
  SHUTDOWN_GRACE_MS: '4000',
  LOG_LEVEL: 'info',
}

/** Starts what a test of the whole import needs, besides the processes. */
export async function startTestStack(options: TestStackOptions = {}): Promise<TestStack> {
  const dataset = options.dataset ?? petLicenseDataset({ rowCount: options.rowCount ?? 2_500 })
  const portal = await startSamplePortal({ ...options.portal, datasets: [dataset] })
  const testDatabase = await createTestDatabase(
    options.servers === undefined ? {} : { adminUrl: options.servers.mysqlAdminUrl },
  )
  const topicsDir = mkdtempSync(join(tmpdir(), 'gather-topics-'))
  const env = {
    ...QUICK,
    MYSQL_URL: testDatabase.url,
    REDIS_URL: options.servers?.redisUrl ?? requireService('TEST_REDIS_URL'),
    TOPICS_DIR: topicsDir,
    INSECURE_SOURCE_HOSTS: new URL(portal.url).host,
    ...options.env,
  }
  const writeTopic = (changes: Partial<TopicDefinition>) => {
    const base = loadTopic('pet_license').definition
    const source = { ...base.source, url: portal.url, dataset: dataset.id }
    const definition = { ...base, page_rows: 500, source, ...options.topic, ...changes }
    writeFileSync(join(topicsDir, 'topic.yaml'), JSON.stringify(definition))
    return loadTopic(definition.topic, topicsDir)
  }
  const config = readConfig(env)
  const services = openServices(config, createLogger('test', { ...config, logLevel: 'silent' }))
  return {
    portal,
    testDatabase,
    services,
    topic: writeTopic({}),
    env,
    writeTopic,
    async close() {
      await services.queue.pages.obliterate({ force: true }).catch(() => {})
      await services.queue.settles.obliterate({ force: true }).catch(() => {})
      await services.queue.occurrences.jobs.obliterate({ force: true }).catch(() => {})
      await services.close()
      await portal.close()
      await testDatabase.drop()
      rmSync(topicsDir, { recursive: true, force: true })
    },
  }
}
