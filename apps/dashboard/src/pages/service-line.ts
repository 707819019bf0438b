import type { Reading } from '@gather/platform'
import type { DatabaseFacts, RedisFacts, ServiceHealth } from '@gather/runs'
import { formatCounted } from './figures.ts'
import { type Html, html } from './html.ts'

/** The state of what the import runs on, in the header. */
export function serviceLine({ database, redis }: ServiceHealth): Html {
  return html`<ul class="services" aria-label="Services">
${databaseItem(database)}
${redisItem(redis)}
${redis.ok && workerItem(redis.value.workerCount)}
</ul>`
}

/** A plain sentence for each service that can't be used. */
export function serviceProblems({ database, redis }: ServiceHealth): Html {
  return html`${!database.ok && problemNotice('The database is unreachable: no runs can be shown.', database.problem)}
${!redis.ok && problemNotice('Redis is unreachable: no pages are loaded until it is back.', redis.problem)}`
}

export const problemNotice = (sentence: string, detail: string): Html =>
  html`<div class="notice" role="alert"><p><strong>${sentence}</strong></p><p>${detail}</p></div>`

function databaseItem(database: Reading<DatabaseFacts>): Html {
  if (!database.ok) return item('bad', 'Database unreachable')
  const kind = /mariadb/i.test(database.value.version) ? 'MariaDB' : 'MySQL'
  return item('good', `${kind} ${shortVersion(database.value.version)}`)
}

const redisItem = (redis: Reading<RedisFacts>): Html =>
  redis.ok ? item('good', `Redis ${shortVersion(redis.value.version)}`) : item('bad', 'Redis unreachable')

const workerItem = (workerCount: number): Html =>
  workerCount === 0
    ? item('poor', 'No worker connected')
    : item('good', `${formatCounted(workerCount, 'worker')} connected`)

const shortVersion = (version: string): string => /^[\d.]+/.exec(version)?.[0] ?? version

const item = (mood: 'good' | 'poor' | 'bad', text: string): Html => html`<li class="${mood}">${text}</li>`
