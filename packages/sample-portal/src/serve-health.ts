import type { IncomingMessage, ServerResponse } from 'node:http'

/** No part of Socrata, whose paths begin with `/resource` and `/api`: for whoever waits until the portal serves. */
export const HEALTH_PATH = '/healthz'

/** 200 while the process is alive; no fault touches it. */
export function serveHealth(message: IncomingMessage, response: ServerResponse): void {
  message.resume()
  const isReading = message.method === 'GET' || message.method === 'HEAD'
  response.writeHead(isReading ? 200 : 405, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(isReading ? {} : { Allow: 'GET, HEAD' }),
  })
  response.end(`${JSON.stringify({ status: isReading ? 'ok' : 'method not allowed' })}\n`)
}
