import { type IncomingHttpHeaders, request } from 'node:http'
import type { SamplePortal } from '../src/index.ts'

export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** As it came over the wire, not decompressed. */
  readonly body: Buffer
  /** Whether the body came to its proper end. */
  readonly complete: boolean
}

/** The answer to a GET as it is, even where it breaks off. */
export async function fetchRaw(
  portal: SamplePortal,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const call = request(`${portal.url}${path}`, { headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('error', () => undefined)
      response.on('close', () => {
        const { statusCode = 0, complete } = response
        resolve({ status: statusCode, headers: response.headers, body: Buffer.concat(chunks), complete })
      })
    })
    call.on('error', reject)
    call.end()
  })
}
