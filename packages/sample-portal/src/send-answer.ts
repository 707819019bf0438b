import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Answer } from './answer.ts'
import type { BodyCache } from './body-cache.ts'
import type { FaultAction } from './fault.ts'

const compress = promisify(gzip)
const DRIP_INTERVAL_MS = 100

export interface Sending {
  readonly response: ServerResponse
  readonly answer: Answer
  readonly gzip: boolean
  readonly cache: BodyCache
  readonly fault: FaultAction | undefined
  /** Ends a drip when the portal closes. */
  readonly signal: AbortSignal
}

/** Encodes and writes an answer, chunked and without a length, as the live service does. */
export async function sendAnswer(sending: Sending): Promise<void> {
  const { response, answer, fault } = sending
  const body = await encodeBody(sending)
  const headers = { ...answer.headers, ...bodyHeaders(sending) }
  const replaced = fault?.kind === 'headers' ? replaceHeaders(headers, fault.headers) : headers
  response.writeHead(answer.status, replaced)
  if (answer.status === 304 || response.req.method === 'HEAD') response.end()
  else await writeBody(sending, body)
}

async function encodeBody({ answer, gzip: compressed, cache }: Sending): Promise<Buffer> {
  const { body } = answer
  if (body === undefined) return Buffer.alloc(0)
  const encode = async () => {
    const bytes = Buffer.from(body.make())
    return compressed ? compress(bytes, { level: 1 }) : bytes
  }
  return body.cacheKey === undefined
    ? encode()
    : cache.take(`${compressed ? 'gzip' : 'plain'}\n${body.cacheKey}`, encode)
}

function bodyHeaders({ answer, gzip: compressed }: Sending): Record<string, string> {
  if (answer.status === 304) return {}
  if (answer.body === undefined) return { 'Transfer-Encoding': 'chunked' }
  const encoding = compressed ? { 'Content-Encoding': 'gzip' } : {}
  return { 'Transfer-Encoding': 'chunked', Vary: 'Accept-Encoding', ...encoding }
}

function replaceHeaders(
  headers: Readonly<Record<string, string>>,
  replacements: Readonly<Record<string, string>>,
): Record<string, string> {
  const replaced = new Set(Object.keys(replacements).map((name) => name.toLowerCase()))
  const kept = Object.entries(headers).filter(([name]) => !replaced.has(name.toLowerCase()))
  return { ...Object.fromEntries(kept), ...replacements }
}

async function writeBody({ response, fault, signal }: Sending, body: Buffer): Promise<void> {
  switch (fault?.kind) {
    case 'cut':
      response.flushHeaders()
      response.write(body.subarray(0, fault.afterBytes), () => response.destroy())
      return
    case 'truncate':
      response.end(body.subarray(0, fault.afterBytes))
      return
    case 'drip':
      await dripBody(response, body, fault.bytesPerSecond, signal)
      return
    default:
      response.end(body)
  }
}

async function dripBody(
  response: ServerResponse,
  body: Buffer,
  bytesPerSecond: number,
  signal: AbortSignal,
): Promise<void> {
  const step = Math.max(1, Math.round((bytesPerSecond * DRIP_INTERVAL_MS) / 1000))
  const intervalMs = (step * 1000) / bytesPerSecond
  for (let offset = 0; offset < body.length && !response.destroyed; offset += step) {
    response.write(body.subarray(offset, offset + step))
    await wait(intervalMs, undefined, { signal })
  }
  response.end()
}
