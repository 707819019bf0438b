import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import {
  createSocrataSource,
  type PageRequest,
  type SocrataSourceOptions,
  type Source,
} from '../src/index.ts'

export const DATASET = 'abcd-1234'
export const neverStop = new AbortController().signal

export type Script = (request: IncomingMessage, response: ServerResponse) => void

export interface ScriptedPortal {
  readonly url: string
  /** `host:port` */
  readonly host: string
  readonly requests: IncomingMessage[]
}

/** A real HTTP server on a free port that answers each request by `script`; closed when the test ends. */
export async function startPortal(script: Script): Promise<ScriptedPortal> {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    script(request, response)
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url: `http://${host}`, host, requests }
}

/** A source on a scripted portal, closed when the test ends. */
export function openSource(portal: ScriptedPortal, options: Partial<SocrataSourceOptions> = {}): Source {
  const source = createSocrataSource({
    url: portal.url,
    dataset: DATASET,
    appTokens: new Map(),
    insecureHosts: [portal.host],
    timeoutMs: 5_000,
    ...options,
  })
  onTestFinished(() => source.close())
  return source
}

export const PAGE = { columns: ['name'], offset: 0, limit: 1_000 }

/** A page whose rows were all gone through: what is wrong within one of them rejects too. */
export async function fetchOne(source: Source, request: PageRequest = PAGE) {
  const page = await source.fetchPage(request, neverStop)
  return { ...page, rows: [...page.rows] }
}

export const TIME = 'Thu, 16 Jul 2026 17:40:22 GMT'
export const FRESH_HEADERS = {
  'X-SODA2-Data-Out-Of-Date': 'false',
  'X-SODA2-Truth-Last-Modified': TIME,
  'X-SODA2-Secondary-Last-Modified': TIME,
}

export function makeRows(rowCount: number): { name: string; ':id': string }[] {
  return Array.from({ length: rowCount }, (_, index) => ({
    name: `Zoë "${(index * 2_654_435_761) % 1_000_003}"`,
    ':id': `row-${index}`,
  }))
}

export function gzipJson(json: unknown): Buffer {
  return gzipSync(JSON.stringify(json))
}

/** Answers 200 with JSON, gzipped, as a portal does. */
export function sendJson(
  response: ServerResponse,
  json: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip', ...headers })
  response.end(gzipJson(json))
}

/** An ETag as the portal makes it, around a version and a hash of 27 characters. */
export function makeTag(text: string, tail = '-AbC_dEf-Gh--gzip--gzip'): string {
  return `W/"${Buffer.from(text).toString('base64url')}${tail}"`
}

export function queryOf(request: IncomingMessage | undefined): Record<string, string> {
  return Object.fromEntries(new URL(request?.url ?? '/', 'http://x').searchParams)
}
