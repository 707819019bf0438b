import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'

/** How a body is encoded. We ask for gzip; a portal may send it raw, and a careless one in a way nobody asked for. */
export type Encoding = 'raw' | 'gzip' | 'deflate' | 'br'

/** What tells where a body ends: its length, the last chunk, or the end of the connection. */
export type Framing = 'length' | 'chunked' | 'close'

/** Bytes of one line of the chunked form, so that a small body has several. */
const CHUNK_BYTES = 300

const TIME = 'Thu, 16 Jul 2026 17:40:22 GMT'
const HEADERS = [
  'Content-Type: application/json;charset=utf-8',
  'X-SODA2-Data-Out-Of-Date: false',
  `X-SODA2-Truth-Last-Modified: ${TIME}`,
  `X-SODA2-Secondary-Last-Modified: ${TIME}`,
  'Connection: close',
]

/** The body in its encoding, as it stands between the frames. */
export function encodeBody(text: string, encoding: Encoding): Buffer {
  switch (encoding) {
    case 'raw':
      return Buffer.from(text)
    case 'gzip':
      return gzipSync(text)
    case 'deflate':
      return deflateSync(text)
    case 'br':
      return brotliCompressSync(text)
  }
}

/** A whole answer of status 200 around `body`, which is taken as it is. */
export function frameAnswer(body: Buffer, encoding: Encoding, framing: Framing): Buffer {
  const lines = ['HTTP/1.1 200 OK', ...HEADERS]
  if (encoding !== 'raw') lines.push(`Content-Encoding: ${encoding}`)
  if (framing === 'length') lines.push(`Content-Length: ${body.length}`)
  if (framing === 'chunked') lines.push('Transfer-Encoding: chunked')
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)
  return Buffer.concat([head, framing === 'chunked' ? chunked(body) : body])
}

function chunked(body: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let start = 0; start < body.length; start += CHUNK_BYTES) {
    const chunk = body.subarray(start, start + CHUNK_BYTES)
    parts.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'))
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}

/** Rows as a portal writes them: one on a line, a line end after the last bracket. */
export const writeRows = (rows: readonly unknown[]): string =>
  `[${rows.map((row) => JSON.stringify(row)).join('\n,')}]\n`
