import { Database } from '@gather/ledger'
import type { Config, Logger } from '@gather/platform'
import { type JobQueue, openQueue, openQueueOrFail, queuePrefix } from '@gather/queue'
import { createSocrataSource, retryTransient, type Source } from '@gather/source'
import { MysqlStore, type Store } from '@gather/store'
import type { Topic } from '@gather/topics'
import { ChunkLog } from './chunk-log.ts'

/** What the use cases work with: every connection of a process, opened once, closed together. */
export interface Services {
  readonly config: Config
  /** The database of ledger and targets. */
  readonly database: Database
  /** The import_log's own client, which may point to another server. */
  readonly importLog: Database
  /** Writes the import_log rows of pages. */
  readonly chunkLog: ChunkLog
  readonly store: Store
  readonly queue: JobQueue
  readonly log: Logger
  /** A source of its own for one piece of work; the caller closes it. */
  openSource(topic: Topic): Source
  /** The process's shared source of a topic's data set, kept warm. */
  sourceOf(topic: Topic): Source
  close(): Promise<void>
}

/** Requests of a planner or settler for one answer, as no queue tries them again soon. */
export const ASK_ATTEMPTS = 4

const COMMAND_PATIENCE_MS = 5_000

/** Services of a process that runs on: connections are made when used, and waited for. */
export function openServices(config: Config, log: Logger): Services {
  const queue = openQueue(config.redisUrl, queuePrefix(schemaOf(config)), log)
  return assemble(config, log, queue)
}

/**
 * Services of a command a person waits for.
 * @throws Fault `REDIS_UNREACHABLE` (unavailable) or `REDIS_ACCESS_DENIED` (terminal)
 */
export async function openServicesOrFail(config: Config, log: Logger): Promise<Services> {
  const queue = await openQueueOrFail(config.redisUrl, queuePrefix(schemaOf(config)), COMMAND_PATIENCE_MS)
  return assemble(config, log, queue)
}

const schemaOf = (config: Config): string => new URL(config.mysqlUrl).pathname.slice(1)

function assemble(config: Config, log: Logger, queue: JobQueue): Services {
  const options = { caFile: config.mysqlCaFile, jobLockMs: config.jobLockMs }
  const database = new Database({
    ...options,
    url: config.mysqlUrl,
    connectionsMax: config.workerConcurrency + 1,
  })
  const importLog = new Database({ ...options, url: config.importLogUrl, connectionsMax: 2 })
  const chunkLog = new ChunkLog(importLog, log)
  const shared = new Map<string, Source>()
  const openSource = (topic: Topic) =>
    createSocrataSource({
      url: topic.source.url,
      dataset: topic.source.dataset,
      appTokens: config.appTokens,
      insecureHosts: config.insecureSourceHosts,
      retryEach: (request, signal) => retryTransient(request, { attempts: ASK_ATTEMPTS, signal }),
      onWarning: (message) => log.warn({ topic: topic.name }, message),
    })
  return {
    config,
    database,
    importLog,
    chunkLog,
    store: new MysqlStore(database),
    queue,
    log,
    openSource,
    sourceOf(topic) {
      const key = `${topic.source.url}/${topic.source.dataset}`
      const source = shared.get(key) ?? openSource(topic)
      shared.set(key, source)
      return source
    },
    async close() {
      await Promise.allSettled([...shared.values()].map((source) => source.close()))
      await chunkLog.close()
      await Promise.allSettled([queue.close(), importLog.close(), database.close()])
    },
  }
}
