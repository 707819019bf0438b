import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { type Closable, type Logger, listenFault } from '@gather/platform'
import type { Services } from '@gather/runs'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import type { AccessRules } from './access/access-rules.ts'
import { createRequestGuard, type RequestFacts } from './access/request-guard.ts'
import { securityHeaders } from './access/security-headers.ts'
import { createRefusals } from './actions/refusals.ts'
import { type Answer, textAnswer } from './answer.ts'
import { createContext, type DashboardContext } from './dashboard-context.ts'
import { showNotFound } from './handlers/show-not-found.ts'
import { STREAM_HEADERS } from './live/stream-client.ts'
import { registerQueueBoard } from './queue-board.ts'
import { ROUTES, type StreamRoute } from './routes.ts'
import { openCharts } from './topics/open-charts.ts'

export interface DashboardOptions {
  readonly access: AccessRules
  /** The importer's services, by which runs are started and cancelled; undefined where nothing may be changed. */
  readonly actions?: Services | undefined
  /** Whether Bull Board may change the queues. @defaultValue false */
  readonly queueActions?: boolean
  /** 0 takes a free one. */
  readonly port: number
  readonly version: string
}

export interface Dashboard extends Closable {
  /** Where it listens, such as `http://127.0.0.1:3000`. */
  readonly url: string
}

/**
 * Starts the dashboard over `services`, which it does not close.
 * @throws Fault `CONFIG_INVALID` (terminal): the address can't be bound
 */
export async function startDashboard(services: Services, options: DashboardOptions): Promise<Dashboard> {
  const { access, port, version } = options
  const { charts, close: closeCharts } = openCharts(services)
  const context = createContext(services, { version, charts, actions: actionsOf(options) })
  const app = fastify({
    serverFactory: (handler) => createServer(guarded(handler, access, services.log)),
    forceCloseConnections: true,
    // The framework's own answer to an address that it can't read would repeat the address.
    frameworkErrors: (error, _request, reply) =>
      void send(reply, textAnswer(error.statusCode ?? 400, 'There is no such address.')),
    bodyLimit: 64 * 1024,
  })
  addRoutes(app, context)
  await registerQueueBoard(app, context, boardUser(options))
  const url = await app.listen({ host: access.host, port }).catch(async (cause: unknown) => {
    await Promise.all([app.close(), closeCharts()])
    const place = { host: access.host, port, hostName: 'DASHBOARD_HOST', portName: 'DASHBOARD_PORT' }
    throw listenFault(place, cause)
  })
  let closing: Promise<void> | undefined
  return {
    url,
    close() {
      context.live.close()
      closing ??= Promise.all([app.close(), closeCharts()]).then(() => {})
      return closing
    },
  }
}

const actionsOf = ({ actions: services, access }: DashboardOptions) =>
  services && { services, user: access.credentials?.user ?? '', refusals: createRefusals() }

/** Who changes queues by Bull Board; undefined where nobody may. */
const boardUser = ({ queueActions = false, access }: DashboardOptions): string | undefined =>
  queueActions ? access.credentials?.user : undefined

/** The guard stands before the web server's own router, so that no route, plugin or error page can be reached around it. */
function guarded(next: RequestListener, access: AccessRules, log: Logger): RequestListener {
  const guard = createRequestGuard(access)
  return (request, response) => {
    const facts = factsOf(request)
    for (const [name, value] of Object.entries(securityHeaders(facts.path))) response.setHeader(name, value)
    const refusal = guard(facts)
    if (refusal === undefined) return next(request, response)
    log.info(
      { status: refusal.status, method: facts.method, remote: facts.remoteAddress },
      'dashboard.refused',
    )
    writeAnswer(response, refusal, facts.method)
  }
}

function factsOf({ method = 'GET', url = '/', headers, socket }: IncomingMessage): RequestFacts {
  const secFetchSite = headers['sec-fetch-site']
  return {
    method,
    path: url.split('?', 1)[0] ?? '/',
    host: headers.host,
    origin: headers.origin,
    secFetchSite: typeof secFetchSite === 'string' ? secFetchSite : undefined,
    authorization: headers.authorization,
    remoteAddress: socket.remoteAddress,
  }
}

function writeAnswer(response: ServerResponse, { status, headers, body }: Answer, method: string): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(method === 'HEAD' ? undefined : body)
}

function addRoutes(app: FastifyInstance, context: DashboardContext): void {
  app.addContentTypeParser(FORM_TYPE, { parseAs: 'string' }, (_request, body, done) =>
    done(null, new URLSearchParams(String(body))),
  )
  for (const route of ROUTES) {
    if ('stream' in route) {
      addStream(app, context, route)
      continue
    }
    const { method = 'GET', path: url, handle } = route
    app.route({
      method,
      url,
      handler: async (request, reply) => send(reply, await handle(context, requestOf(request))),
    })
  }
  app.setNotFoundHandler((request, reply) => {
    const isReading = request.method === 'GET' || request.method === 'HEAD'
    const refusal = () => textAnswer(405, 'Nothing can be changed here.', { allow: 'GET, HEAD' })
    return send(reply, isReading ? showNotFound(context) : refusal())
  })
  app.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) context.services.log.error({ err: error }, 'dashboard.request_failed')
    const sentence = status >= 500 ? 'The dashboard failed; its log says why.' : 'The request is not valid.'
    return send(reply, textAnswer(status, sentence))
  })
}

function addStream(app: FastifyInstance, context: DashboardContext, { path, stream }: StreamRoute): void {
  app.get(path, async (request, reply) => {
    const found = await stream(context, requestOf(request))
    if ('status' in found) return send(reply, found)
    if (request.method === 'HEAD') return reply.headers(STREAM_HEADERS).send()
    const address = request.socket.remoteAddress ?? ''
    if (context.live.isFull(address)) return send(reply, TOO_MANY_STREAMS)
    reply.hijack()
    context.live.join(found, reply.raw, address)
    return reply
  })
}

const TOO_MANY_STREAMS = textAnswer(503, 'Too many pages are live already.', { 'retry-after': '30' })

const FORM_TYPE = 'application/x-www-form-urlencoded'

function requestOf({ params, url, body }: FastifyRequest) {
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : ''
  const form = body instanceof URLSearchParams ? body : new URLSearchParams()
  return { params: params as Record<string, string>, query: new URLSearchParams(query), form }
}

const send = (reply: FastifyReply, { status, headers, body }: Answer) =>
  reply.code(status).headers(headers).send(body)
