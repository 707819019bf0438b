import type { ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Answer } from './answer.ts'
import type { BodyCache } from './body-cache.ts'
import { bytesBefore } from './byte-place.ts'
import { actionsOf, type FaultAction } from './fault.ts'
import { endsQuietly, sentBytes, writeBody } from './write-body.ts'

const compress = promisify(gzip)

export interface Sending {
  readonly response: ServerResponse
  readonly answer: Answer
  readonly gzip: boolean
  readonly cache: BodyCache
  readonly faults: readonly FaultAction[]
  /** Ends a drip when the portal closes. */
  readonly signal: AbortSignal
}

/** Encodes and writes an answer, chunked and without a length, as the live service does, unless a fault wants otherwise. */
export async function sendAnswer(sending: Sending): Promise<void> {
  const { response, answer, faults, signal } = sending
  const body = flipBits(await encodeBody(sending), faults)
  const headers: Record<string, string> = {
    ...answer.headers,
    ...entityHeaders(sending),
    ...framingHeaders(sending, body),
  }
  const replaced = actionsOf(faults, 'headers').reduce(
    (all, action) => replaceHeaders(all, action.headers),
    headers,
  )
  response.writeHead(answer.status, replaced)
  if (answer.status === 304 || response.req.method === 'HEAD') response.end()
  else await writeBody({ response, body, faults, signal })
}

async function encodeBody({ answer, gzip: compressed, cache, faults }: Sending): Promise<Buffer> {
  const { body } = answer
  if (body === undefined) return Buffer.alloc(0)
  const edits = actionsOf(faults, 'edit')
  const encode = async () => {
    const bytes = edits.reduce<Buffer>((edited, { edit }) => edit(edited), Buffer.from(body.make()))
    return compressed ? compress(bytes, { level: 1 }) : bytes
  }
  return body.cacheKey === undefined || edits.length > 0
    ? encode()
    : cache.take(`${compressed ? 'gzip' : 'plain'}\n${body.cacheKey}`, encode)
}

/** A copy with the bits turned over: the body itself may be kept for other requests. */
function flipBits(body: Buffer, faults: readonly FaultAction[]): Buffer {
  const flips = actionsOf(faults, 'flip')
  if (flips.length === 0 || body.length === 0) return body
  const flipped = Buffer.from(body)
  for (const { atByte, bit } of flips) {
    const index = Math.min(bytesBefore(atByte, body.length), body.length - 1)
    flipped.writeUInt8(flipped.readUInt8(index) ^ (1 << bit), index)
  }
  return flipped
}

function entityHeaders({ answer, gzip: compressed }: Sending): Record<string, string> {
  if (answer.status === 304 || answer.body === undefined) return {}
  return { Vary: 'Accept-Encoding', ...(compressed ? { 'Content-Encoding': 'gzip' } : {}) }
}

function framingHeaders({ answer, faults, response }: Sending, body: Buffer): Record<string, string> {
  if (answer.status === 304) return {}
  const framing = actionsOf(faults, 'framing')[0]?.framing ?? 'chunked'
  if (framing === 'chunked') return { 'Transfer-Encoding': 'chunked' }
  if (framing === 'close') {
    response.shouldKeepAlive = false
    response.removeHeader('Transfer-Encoding')
    return {}
  }
  const length = endsQuietly(faults) ? sentBytes(faults, body.length) : body.length
  return { 'Content-Length': String(length) }
}

function replaceHeaders(
  headers: Readonly<Record<string, string>>,
  replacements: Readonly<Record<string, string>>,
): Record<string, string> {
  const replaced = new Set(Object.keys(replacements).map((name) => name.toLowerCase()))
  const kept = Object.entries(headers).filter(([name]) => !replaced.has(name.toLowerCase()))
  return { ...Object.fromEntries(kept), ...replacements }
}
