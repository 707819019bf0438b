import { createGunzip, gunzipSync } from 'node:zlib'
import { isFault } from '@gather/platform'
import { invalidBody, tooLargeBody } from './errors.ts'
import type { RawAnswer } from './http-get.ts'

/** Rows pack to a third, at most to a fiftieth: their ids differ. What unpacks to more than this is there to fill the memory. */
const UNPACK_RATIO_MAX = 200
/** So much may come out before the ratio is looked at. */
const UNPACK_BYTES_FREE = 16 * 1024 * 1024
const CHUNK_BYTES = 256 * 1024
/** The size of what was packed ends a gzip stream. */
const SIZE_BYTES = 4
/** The smallest chunk that zlib takes. */
const CHUNK_BYTES_MIN = 64
/** A cut stream and bytes behind its end are errors. */
const STRICT = { rejectGarbageAfterEnd: true }

/**
 * Parses a body; invalid UTF-8 and half a document are errors.
 * @throws Fault `SOURCE_BODY_INVALID` (transient)
 */
export function parseBody(url: URL, bytes: Buffer): unknown {
  return parseJson(url, decodeText(url, bytes))
}

/**
 * Unpacks a body that was read to its end; a missing trailer and bytes after the end are errors.
 * @throws Fault `SOURCE_BODY_INVALID` (transient) or `SOURCE_BODY_TOO_LARGE` (terminal)
 */
export async function unpackBody(url: URL, answer: RawAnswer, bodyBytesMax: number): Promise<Buffer> {
  const encoding = answer.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity' || encoding === '') return answer.body
  if (encoding !== 'gzip' && encoding !== 'x-gzip') {
    throw invalidBody(url, `the answer is encoded as "${encoding.slice(0, 40)}", which was not asked for`)
  }
  try {
    const bytesMax = Math.min(bodyBytesMax, UNPACK_BYTES_FREE)
    return gunzipAtOnce(answer.body, bytesMax) ?? (await gunzipWhole(url, answer.body, bodyBytesMax))
  } catch (error) {
    if (isFault(error)) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw invalidBody(url, `the gzip stream of the answer is damaged: ${reason}`)
  }
}

/**
 * Unpacks what says at its end that it has at most `bytesMax`, into bytes of just that size, which takes a third of the
 * processor time of a stream of chunks.
 * @returns undefined where it says more, or has more than it says
 */
function gunzipAtOnce(body: Buffer, bytesMax: number): Buffer | undefined {
  const saidBytes = body.length < SIZE_BYTES ? 0 : body.readUInt32LE(body.length - SIZE_BYTES)
  if (saidBytes === 0 || saidBytes > bytesMax) return undefined
  try {
    return gunzipSync(body, { ...STRICT, chunkSize: saidBytes + CHUNK_BYTES_MIN, maxOutputLength: saidBytes })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') return undefined
    throw error
  }
}

async function gunzipWhole(url: URL, body: Buffer, bodyBytesMax: number): Promise<Buffer> {
  const gunzip = createGunzip({ ...STRICT, chunkSize: CHUNK_BYTES })
  const chunks: Buffer[] = []
  let bytes = 0
  gunzip.end(body)
  for await (const chunk of gunzip as AsyncIterable<Buffer>) {
    bytes += chunk.length
    const isBomb = bytes > UNPACK_BYTES_FREE && bytes > UNPACK_RATIO_MAX * gunzip.bytesWritten
    if (isBomb || bytes > bodyBytesMax) throw tooLargeBody(url, Math.min(bytes - 1, bodyBytesMax))
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, bytes)
}

function decodeText(url: URL, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw invalidBody(url, 'the answer is not valid UTF-8')
  }
}

function parseJson(url: URL, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the body, which may hold anything.
    throw invalidBody(url, describeNoJson(text))
  }
}

function describeNoJson(text: string): string {
  const start = text.trimStart().slice(0, 1)
  if (start === '') return 'the answer is empty'
  if (start === '<') return 'the answer is a page of HTML, not JSON; the portal may be under maintenance'
  if (start === '[' || start === '{') return `the answer is cut or broken JSON (${text.length} characters)`
  return 'the answer is not JSON'
}
