import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Closable, type Logger, listenFault, toFault } from '@gather/platform'
import type { ProcessMetrics } from './process-metrics.ts'

export interface HealthServerOptions {
  readonly host: string
  /** Undefined opens nothing, 0 takes a free port. */
  readonly port: number | undefined
  /** Names of the services that the process needs and that do not answer now; bounded in time. */
  readonly listAway: () => Promise<readonly string[]>
  /** Begins to count for `/metrics`; called only where a port is opened. */
  readonly startMetrics: () => ProcessMetrics
  /** Fires when the process begins to stop: from then on it is neither alive nor ready. */
  readonly stop: AbortSignal
  readonly log: Logger
}

interface Answering extends HealthServerOptions {
  readonly metrics: ProcessMetrics
}

interface Reply {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

const TIMEOUT_MS = 5_000
const SERVER_LIMITS = {
  headersTimeout: TIMEOUT_MS,
  requestTimeout: TIMEOUT_MS,
  keepAliveTimeout: TIMEOUT_MS,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 8 * 1024,
}
const CONNECTIONS_MAX = 64

/**
 * Answers `/healthz` (200 while the process is alive) and `/readyz` (200 while it can work, else 503 and what is away), both
 * 503 once it is stopping; and `/metrics`. `close` ends it at once. Without a port nothing is opened and nothing counted.
 * @throws Fault `CONFIG_INVALID` (terminal): the address can't be listened on
 */
export async function startHealthServer(options: HealthServerOptions): Promise<Closable> {
  if (options.port === undefined) return { close: async () => {} }
  const metrics = options.startMetrics()
  const server = createServer(SERVER_LIMITS, (request, response) => {
    request.resume()
    void answer({ ...options, metrics }, request).then((reply) => send(response, reply))
  })
  server.maxConnections = CONNECTIONS_MAX
  await listen(server, options.host, options.port)
  // Such as EMFILE, for which a connection can not be accepted; unheard it would end the process.
  server.on('error', (error) => options.log.warn({ err: toFault(error) }, 'health.accept_failed'))
  options.log.info({ url: urlOf(server) }, 'health.listening')
  let closing: Promise<void> | undefined
  return {
    close() {
      metrics.close()
      closing ??= close(server)
      return closing
    },
  }
}

async function answer(options: Answering, { method, url = '/' }: IncomingMessage): Promise<Reply> {
  if (method !== 'GET' && method !== 'HEAD')
    return { ...text(405, 'This can only be looked at.'), headers: { allow: 'GET, HEAD' } }
  try {
    return await route(options, url.split('?', 1)[0] ?? '/')
  } catch (error) {
    options.log.error({ err: toFault(error) }, 'health.request_failed')
    return text(500, 'The request failed; the log says why.')
  }
}

async function route({ stop, listAway, metrics }: Answering, path: string): Promise<Reply> {
  if (path === '/metrics') return { status: 200, type: metrics.contentType, body: await metrics.render() }
  if (path !== '/healthz' && path !== '/readyz') return text(404, 'There is no such address.')
  if (stop.aborted) return json(503, { status: 'stopping' })
  const away = path === '/readyz' ? await listAway() : []
  return away.length === 0 ? json(200, { status: 'ok' }) : json(503, { status: 'unavailable', away })
}

const text = (status: number, sentence: string): Reply => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: `${sentence}\n`,
})

const json = (status: number, value: unknown): Reply => ({
  status,
  type: 'application/json; charset=utf-8',
  body: `${JSON.stringify(value)}\n`,
})

function send(response: ServerResponse, { status, type, body, headers }: Reply): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  })
  response.end(body)
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (cause) {
    throw listenFault({ host, port, hostName: 'HEALTH_HOST', portName: 'HEALTH_PORT' }, cause)
  }
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
