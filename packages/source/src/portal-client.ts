import type { IncomingHttpHeaders } from 'node:http'
import { createRedactor, type Fault, phase, tell } from '@gather/platform'
import { type Subject, statusFault } from './answer-status.ts'
import { parseBody, unpackBody } from './decode-body.ts'
import type { HttpGet, RawAnswer } from './http-get.ts'
import { type PortalMessage, readPortalMessage } from './portal-message.ts'

const REFUSED_TOKEN = /invalid app_token/i

export interface PortalClientOptions {
  readonly http: HttpGet
  readonly host: string
  readonly appToken: string | undefined
  readonly bodyBytesMax: number
  readonly clock: () => number
  readonly onWarning: (message: string) => void
}

/** A 200 whose body was whole. */
export interface PortalAnswer {
  readonly headers: IncomingHttpHeaders
  /** Unpacked. */
  readonly body: Buffer
}

export interface PortalClient {
  /** Requests sent so far. */
  readonly requestCount: number
  get(url: URL, subject: Subject, signal: AbortSignal): Promise<PortalAnswer>
}

/** Asks one portal: adds the app token, goes on without it once it is refused, turns every other answer than 200 into a fault. */
export function createPortalClient(options: PortalClientOptions): PortalClient {
  const redact = createRedactor(options.appToken === undefined ? [] : [options.appToken])
  let appToken = options.appToken
  let requestCount = 0
  let unpacking: Promise<unknown> = Promise.resolve()

  async function send(url: URL, token: string | undefined, signal: AbortSignal): Promise<RawAnswer> {
    requestCount += 1
    tell('source.requested', {})
    const answer = await options.http.get(url, requestHeaders(token), signal)
    tell('source.answered', { byteCount: answer.body.length })
    return answer
  }

  function dropToken(): void {
    if (appToken === undefined) return
    appToken = undefined
    options.onWarning(
      `${options.host} refused the app token; going on without it. Mend or remove it in SOCRATA_APP_TOKENS`,
    )
  }

  /** One after the other: rows are read from one body at a time, so others that are unpacked would only take memory. */
  function unpackInTurn(url: URL, answer: RawAnswer): Promise<Buffer> {
    const unpacked = unpacking.then(() => unpackBody(url, answer, options.bodyBytesMax))
    unpacking = unpacked.catch(() => {})
    return unpacked
  }

  async function toFault(url: URL, subject: Subject, answer: RawAnswer): Promise<Fault> {
    const portal = await readMessage(url, answer, redact)
    return statusFault({ url, subject, answer, portal, nowMs: options.clock() })
  }

  return {
    get requestCount() {
      return requestCount
    },
    async get(url, subject, signal) {
      const sentToken = appToken
      let answer = await phase('source.fetch', () => send(url, sentToken, signal))
      if (sentToken !== undefined && (await isTokenRefused(url, answer))) {
        dropToken()
        answer = await send(url, undefined, signal)
      }
      if (answer.status !== 200) throw await toFault(url, subject, answer)
      const body = await phase('source.unpack', () => unpackInTurn(url, answer))
      return { headers: answer.headers, body }
    },
  }
}

function requestHeaders(token: string | undefined): Record<string, string> {
  const headers = { Accept: 'application/json', 'Accept-Encoding': 'gzip', 'User-Agent': 'gather-and-store' }
  return token === undefined ? headers : { ...headers, 'X-App-Token': token }
}

async function isTokenRefused(url: URL, answer: RawAnswer): Promise<boolean> {
  if (answer.status !== 403) return false
  return REFUSED_TOKEN.test((await readMessage(url, answer, (text) => text)).message)
}

/** What the body of an error says; a body that can't be read says nothing. */
async function readMessage(
  url: URL,
  answer: RawAnswer,
  redact: (text: string) => string,
): Promise<PortalMessage> {
  const bodyBytesMax = 1024 * 1024
  const json = await unpackBody(url, answer, bodyBytesMax)
    .then((body) => parseBody(url, body))
    .catch(() => undefined)
  return readPortalMessage(json, redact)
}
