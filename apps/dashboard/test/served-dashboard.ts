import { request } from 'node:http'
import { createRun, type Database, type NewRun } from '@gather/ledger'
import { createLogger, readConfig } from '@gather/platform'
import { openServices } from '@gather/runs'
import { readAccessRules } from '../src/access/access-rules.ts'
import { readActionRules } from '../src/access/action-rules.ts'
import { startDashboard } from '../src/dashboard-server.ts'

export interface Received {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

export interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A real dashboard on a free port, from an environment as an operator sets it. */
export async function serveDashboard(env: Readonly<Record<string, string>>) {
  const config = readConfig({ LOG_LEVEL: 'silent', ...env })
  const services = openServices(config, createLogger('dashboard', config))
  const access = readAccessRules(config.dashboard)
  const rules = readActionRules(config.dashboard)
  const log = createLogger('dashboard', config)
  const actions = rules.runs ? openServices(config, log) : undefined
  const dashboard = await startDashboard(services, {
    access,
    actions,
    queueActions: rules.queues,
    port: 0,
    version: '9.9.9',
  })
  const port = Number(new URL(dashboard.url).port)
  return {
    services,
    port,
    dashboard,
    send: (path: string, sent: Sent = {}) => send(port, path, sent),
    async close() {
      await dashboard.close()
      await services.close()
      await actions?.close()
    },
  }
}

/** One request as it is, without what `fetch` would tidy; of an event stream only the beginning. */
export function send(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body: sent }: Sent,
): Promise<Received> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
      })
      const received = () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers as Received['headers'], body })
      response.on('end', received)
      if (method === 'GET' && response.headers['content-type']?.startsWith('text/event-stream')) {
        received()
        outgoing.destroy()
      }
    })
    outgoing.on('error', reject)
    outgoing.end(sent)
  })
}

/** Writes a run of 25 rows in 3 pages, unless told otherwise. */
export async function writeRun(database: Database, run: Partial<NewRun> & { readonly runId: string }) {
  await createRun(database, {
    topic: 'pet_license',
    mode: 'initialize',
    strategy: 'full',
    definition: '{}',
    sourceUrl: 'https://data.example.org',
    dataset: 'abcd-1234',
    targetHost: database.host,
    targetDb: database.schema,
    targetTable: `target_of_${run.runId}`,
    sourceFilter: null,
    plannedRows: 25,
    pageRows: 10,
    versionKind: 'metadata',
    sourceVersion: '1700000000',
    sourceFingerprint: 'f'.repeat(64),
    baseKey: 0,
    rowsBefore: 0,
    requestCount: 3,
    note: null,
    ...run,
  })
}
