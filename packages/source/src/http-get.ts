import { Agent as HttpAgent, type IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { isFault } from '@gather/platform'
import axios, { type AxiosInstance } from 'axios'
import { interrupted, invalidBody, refusedHost, timedOut, tooLargeBody, unreachable } from './errors.ts'
import { createGuardedLookup, REFUSED_ADDRESS, type ResolveAll } from './guarded-lookup.ts'

/** Enough of an error's body for its message; a maintenance page needs no more. */
const ERROR_BYTES_MAX = 64 * 1024

/** An answer with its body as sent: still encoded, complete when the status is 200, as much as came otherwise. */
export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface HttpGetOptions {
  /** Connect to public addresses only. */
  readonly publicOnly: boolean
  /** From the call to the last byte, milliseconds. */
  readonly timeoutMs: number
  readonly bodyBytesMax: number
  readonly resolve?: ResolveAll | undefined
}

export interface HttpGet {
  get(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<RawAnswer>
  close(): void
}

/**
 * The one place that talks HTTP. It follows no redirect, uses no proxy, decodes nothing (axios takes a cut gzip stream for a
 * whole one) and bounds the whole exchange (axios's own timeout lets a dripping body go on for ever).
 */
export function createHttpGet(options: HttpGetOptions): HttpGet {
  const closing = new AbortController()
  const lookup = options.publicOnly ? { lookup: createGuardedLookup(options.resolve) } : {}
  const httpAgent = new HttpAgent({ keepAlive: true, ...lookup })
  // Said outright, because NODE_TLS_REJECT_UNAUTHORIZED would otherwise turn it off.
  const httpsAgent = new HttpsAgent({ keepAlive: true, rejectUnauthorized: true, ...lookup })
  const client = createClient(httpAgent, httpsAgent)

  return {
    async get(url, headers, signal) {
      const watch = watchDeadline([signal, closing.signal], options.timeoutMs)
      try {
        if (watch.stopped()) throw interrupted(url)
        const response = await client.get<unknown>(url.href, { headers, signal: watch.signal })
        const answer = await readAnswer(url, response.data, options.bodyBytesMax)
        if (watch.stopped()) throw interrupted(url)
        return answer
      } catch (error) {
        if (watch.stopped()) throw interrupted(url)
        if (watch.expired()) throw timedOut(url, options.timeoutMs)
        throw isFault(error) ? error : connectionFault(url, error)
      } finally {
        watch.end()
      }
    },
    close() {
      closing.abort()
      httpAgent.destroy()
      httpsAgent.destroy()
    },
  }
}

function createClient(httpAgent: HttpAgent, httpsAgent: HttpsAgent): AxiosInstance {
  return axios.create({
    adapter: 'http',
    responseType: 'stream',
    decompress: false,
    maxRedirects: 0,
    allowAbsoluteUrls: false,
    proxy: false,
    validateStatus: () => true,
    httpAgent,
    httpsAgent,
  })
}

/** One signal for "told to stop" and "took too long", that can tell which of them it was. */
function watchDeadline(stops: readonly AbortSignal[], timeoutMs: number) {
  const controller = new AbortController()
  let isExpired = false
  const abort = () => controller.abort()
  const timer = setTimeout(() => {
    isExpired = true
    abort()
  }, timeoutMs)
  for (const stop of stops) stop.addEventListener('abort', abort, { once: true })
  return {
    signal: controller.signal,
    stopped: () => stops.some((stop) => stop.aborted),
    expired: () => isExpired,
    end() {
      clearTimeout(timer)
      for (const stop of stops) stop.removeEventListener('abort', abort)
    },
  }
}

async function readAnswer(url: URL, message: unknown, bodyBytesMax: number): Promise<RawAnswer> {
  if (!(message instanceof IncomingMessage)) throw new Error('the HTTP client gave no stream')
  const { statusCode: status = 0, headers } = message
  if (status !== 200) return { status, headers, body: await readStart(message) }
  return { status, headers, body: await readWhole(url, message, bodyBytesMax) }
}

async function readWhole(url: URL, message: IncomingMessage, bodyBytesMax: number): Promise<Buffer> {
  const length = message.headers['content-length']
  const lengthBytes = length === undefined ? undefined : Number(length)
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    if (lengthBytes !== undefined && lengthBytes > bodyBytesMax) {
      message.destroy()
      throw tooLargeBody(url, bodyBytesMax)
    }
    for await (const chunk of message as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > bodyBytesMax) throw tooLargeBody(url, bodyBytesMax)
      chunks.push(chunk)
    }
  } catch (error) {
    throw isFault(error)
      ? error
      : invalidBody(url, `the answer broke off after ${bytes} bytes`, plainCause(error))
  }
  if (!message.complete || (lengthBytes !== undefined && lengthBytes !== bytes)) {
    throw invalidBody(url, `the answer ended after ${bytes} of ${length ?? 'more'} bytes`)
  }
  return Buffer.concat(chunks)
}

/** The beginning of an error's body. That it breaks off changes nothing: the status has said what matters. */
async function readStart(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of message as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes >= ERROR_BYTES_MAX) break
    }
  } catch {
    return Buffer.concat(chunks)
  }
  return Buffer.concat(chunks)
}

function connectionFault(url: URL, error: unknown) {
  const cause = plainCause(error)
  return cause.code === REFUSED_ADDRESS
    ? refusedHost(url.host, cause.message, cause)
    : unreachable(url, cause)
}

/** The error's own words and code only: axios hangs the request with its headers, and so the token, on what it throws. */
function plainCause(error: unknown): Error & { code?: string } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  const message = (error instanceof Error && error.message) || code || 'no connection'
  return Object.assign(new Error(message), code === undefined ? {} : { code })
}
