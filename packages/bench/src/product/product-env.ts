import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadTopic, type Topic } from '@gather/topics'

export const TOPIC = 'pet_license'

export interface ProductEnvOptions {
  readonly redisUrl: string
  readonly mysqlUrl: string
  readonly mysqlAdminUrl: string
  readonly concurrency: number
  /** Where the topic file goes. */
  readonly topicsDir: string
  /** Every portal that will be used. */
  readonly portalUrls: readonly string[]
}

/** The environment of the product's processes. */
export const productEnv = (options: ProductEnvOptions): Record<string, string> => ({
  REDIS_URL: options.redisUrl,
  MYSQL_URL: options.mysqlUrl,
  MYSQL_ADMIN_URL: options.mysqlAdminUrl,
  TOPICS_DIR: options.topicsDir,
  INSECURE_SOURCE_HOSTS: options.portalUrls.map((url) => new URL(url).host).join(','),
  WORKER_CONCURRENCY: String(options.concurrency),
})

/** Writes the built-in topic with another portal and page size, as the next `enqueue` reads it. */
export function writeTopic(topicsDir: string, portalUrl: string, pageRows: number): Topic {
  const base = loadTopic(TOPIC).definition
  const definition = { ...base, page_rows: pageRows, source: { ...base.source, url: portalUrl } }
  writeFileSync(join(topicsDir, 'topic.yaml'), JSON.stringify(definition))
  return loadTopic(TOPIC, topicsDir)
}
