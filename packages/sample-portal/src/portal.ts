import { createServer } from 'node:http'
import { createAnswerCache } from './answer-cache.ts'
import { createBodyCache } from './body-cache.ts'
import { Dataset } from './dataset.ts'
import type { DatasetHandle } from './dataset-handle.ts'
import type { DatasetSpec } from './dataset-spec.ts'
import type { FaultFunction } from './fault.ts'
import type { FaultSwitches } from './fault-switches.ts'
import type { PortalContext } from './portal-context.ts'
import type { PortalState, RecordedRequest } from './portal-state.ts'
import { createRandom } from './random.ts'
import { serveRequest } from './serve-request.ts'
import { createTimeZone } from './time-zone.ts'

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
  /**
   * IANA name of the time zone whose days, months and years `datez_trunc_*` cuts at; everything else is told in UTC.
   * @defaultValue `UTC`
   */
  readonly timeZone?: string
  /** Bytes of encoded bodies kept for repeated requests. @defaultValue 256 MiB */
  readonly cacheBytesMax?: number
  /** Faults that can also be switched by requests to `/-/faults`. @defaultValue none, and no such address */
  readonly switches?: FaultSwitches
}

export interface SamplePortal {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string
  readonly port: number
  /** @throws Error for an id that the portal does not serve */
  dataset(id: string): DatasetHandle
  /** What was asked so far, in order of arrival; the last 100,000 requests. */
  requests(): readonly RecordedRequest[]
  /** From now on `fault` decides about every request, beside the switches; undefined ends that. */
  setFault(fault: FaultFunction | undefined): void
  /** Breaks open connections and stops listening. May be called twice. */
  close(): Promise<void>
}

const CACHE_BYTES_MAX = 256 * 1024 * 1024
const ANSWER_BYTES_MAX = 64 * 1024 * 1024

/**
 * Starts a Socrata 2.1 server with the given data sets.
 * @throws Error (rejection) when the port is taken, or a data set or the time zone is not valid
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
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
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
    context: {
      datasets,
      clock,
      random: createRandom(options.seed ?? 1),
      appTokens: options.appTokens ?? [],
      zone: createTimeZone(options.timeZone ?? 'UTC'),
    },
    bodies: createBodyCache(options.cacheBytesMax ?? CACHE_BYTES_MAX),
    answers: createAnswerCache(ANSWER_BYTES_MAX),
    requests: [],
    closing: new AbortController(),
    switches: options.switches,
    requestCount: 0,
    fault: undefined,
  }
}

function findDataset({ datasets }: PortalContext, id: string): Dataset {
  const dataset = datasets.get(id)
  if (dataset === undefined) throw new Error(`the sample portal serves no data set ${id}`)
  return dataset
}
