import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Answer } from './answer.ts'
import { type BodyCache, createBodyCache } from './body-cache.ts'
import { Dataset, type DatasetHandle } from './dataset.ts'
import type { DatasetSpec } from './dataset-spec.ts'
import { answerInternalError } from './errors.ts'
import type { FaultAction, FaultFunction } from './fault.ts'
import { headerOf, type PortalContext, type PortalRequest } from './portal-context.ts'
import { createRandom } from './random.ts'
import { routeRequest } from './router.ts'
import { sendAnswer } from './send-answer.ts'

export interface SamplePortalOptions {
  /** @defaultValue 0, any free one */
  readonly port?: number
  /** @defaultValue `127.0.0.1` */
  readonly host?: string
  readonly datasets: readonly DatasetSpec[]
  /** For the order of unordered rows and the request ids. @defaultValue 1 */
  readonly seed?: number
  /** Milliseconds since 1970; the `Date` header and the times of changes follow it. @defaultValue `Date.now` */
  readonly clock?: () => number
  /** Tokens that are accepted; any other one is answered with 403, none with the data. @defaultValue none */
  readonly appTokens?: readonly string[]
  /** Bytes of encoded bodies kept for repeated requests. @defaultValue 256 MiB */
  readonly cacheBytesMax?: number
}

export interface RecordedRequest {
  readonly method: string
  /** Path and query as sent. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly timeMs: number
}

export interface SamplePortal {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string
  readonly port: number
  /** @throws Error for an id that the portal does not serve */
  dataset(id: string): DatasetHandle
  /** What was asked so far, in order of arrival; the last 100,000 requests. */
  requests(): readonly RecordedRequest[]
  /** From now on `fault` decides about every request; undefined ends that. */
  setFault(fault: FaultFunction | undefined): void
  /** Breaks open connections and stops listening. May be called twice. */
  close(): Promise<void>
}

const REQUESTS_KEPT_MAX = 100_000
const CACHE_BYTES_MAX = 256 * 1024 * 1024

interface PortalState {
  readonly context: PortalContext
  readonly cache: BodyCache
  readonly requests: RecordedRequest[]
  readonly closing: AbortController
  requestCount: number
  fault: FaultFunction | undefined
}

/**
 * Starts a Socrata 2.1 server with the given data sets.
 * @throws Error (rejection) when the port is taken or a data set is not valid
 * @see https://dev.socrata.com/docs/ and Socrata's published server source; byte forms follow answers recorded in 2025-26
 */
export async function startSamplePortal(options: SamplePortalOptions): Promise<SamplePortal> {
  const state = createState(options)
  const server = createServer((request, response) => {
    serveRequest(state, request, response).catch(() => response.destroy())
  })
  server.keepAliveTimeout = 65_000
  const host = options.host ?? '127.0.0.1'
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, host, resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const closed = new Promise<void>((resolve) => server.once('close', resolve))
  return {
    url: `http://${host}:${port}`,
    port,
    dataset: (id) => findDataset(state.context, id),
    requests: () => [...state.requests],
    setFault: (fault) => {
      state.fault = fault
    },
    close: () => {
      state.closing.abort()
      server.close()
      server.closeAllConnections()
      return closed
    },
  }
}

function createState(options: SamplePortalOptions): PortalState {
  const clock = options.clock ?? Date.now
  const datasets = new Map(options.datasets.map((spec) => [spec.id, new Dataset(spec, clock)]))
  return {
    context: { datasets, clock, random: createRandom(options.seed ?? 1), appTokens: options.appTokens ?? [] },
    cache: createBodyCache(options.cacheBytesMax ?? CACHE_BYTES_MAX),
    requests: [],
    closing: new AbortController(),
    requestCount: 0,
    fault: undefined,
  }
}

function findDataset({ datasets }: PortalContext, id: string): Dataset {
  const dataset = datasets.get(id)
  if (dataset === undefined) throw new Error(`the sample portal serves no data set ${id}`)
  return dataset
}

async function serveRequest(
  state: PortalState,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = readRequest(message)
  const fault = decideFault(state, request)
  message.resume()
  if (fault?.kind === 'hang') return
  if (fault?.kind === 'delay') await wait(fault.delayMs, undefined, { signal: state.closing.signal })
  const answer = faultyAnswer(fault) ?? answerRequest(state, capRequest(request, fault), response)
  const gzip =
    fault?.kind === 'body' ? fault.gzip === true : acceptsGzip(request) && answer.body !== undefined
  const complete = { ...answer, headers: { ...frontHeaders(state.context), ...answer.headers } }
  const { cache, closing } = state
  await sendAnswer({ response, answer: complete, gzip, cache, fault, signal: closing.signal })
}

function readRequest(message: IncomingMessage): PortalRequest {
  const target = message.url ?? '/'
  const url = new URL(target, 'http://portal.invalid')
  const { method = 'GET', headers } = message
  return { method, target, path: url.pathname, query: url.searchParams, headers }
}

function decideFault(state: PortalState, request: PortalRequest): FaultAction | undefined {
  const { method, target, path, query, headers } = request
  state.requests.push({ method, path: target, headers, timeMs: state.context.clock() })
  if (state.requests.length > REQUESTS_KEPT_MAX) state.requests.shift()
  const requestIndex = state.requestCount
  state.requestCount += 1
  const dataset = [...state.context.datasets.values()].find(({ id }) => path.includes(id))
  const fault = state.fault?.({
    path,
    query,
    requestIndex,
    headers,
    ...(dataset === undefined ? {} : { dataset }),
  })
  if (fault?.kind === 'mutate' && dataset !== undefined) fault.apply(dataset)
  return fault
}

function capRequest(request: PortalRequest, fault: FaultAction | undefined): PortalRequest {
  return fault?.kind === 'cap' ? { ...request, rowLimit: fault.limit } : request
}

function faultyAnswer(fault: FaultAction | undefined): Answer | undefined {
  if (fault?.kind !== 'status' && fault?.kind !== 'body') return undefined
  const { body, contentType = 'application/json; charset=utf-8' } = fault
  const given = fault.kind === 'status' ? fault.headers : {}
  const headers = { ...(body === undefined ? {} : { 'Content-Type': contentType }), ...given }
  const status = fault.kind === 'status' ? fault.status : 200
  return body === undefined ? { status, headers } : { status, headers, body: { make: () => body } }
}

function answerRequest(state: PortalState, request: PortalRequest, response: ServerResponse): Answer {
  try {
    return routeRequest(request, state.context)
  } catch (error) {
    response.setHeader('X-Error-Message', encodeURIComponent(String(error)))
    return answerInternalError(randomUUID())
  }
}

function acceptsGzip(request: PortalRequest): boolean {
  return /\bgzip\b/.test(headerOf(request, 'accept-encoding'))
}

function frontHeaders({ clock, random }: PortalContext): Record<string, string> {
  const words = Array.from({ length: 4 }, () => Math.floor(random() * 0x1_0000_0000))
  return {
    Server: 'nginx',
    Date: new Date(clock()).toUTCString(),
    'Access-Control-Allow-Origin': '*',
    'X-Socrata-Region': 'sample',
    'X-Socrata-RequestId': words.map((word) => word.toString(16).padStart(8, '0')).join(''),
    'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  }
}
