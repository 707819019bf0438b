import { createServer, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { answerRequest, type ServedPages } from './answer-request.ts'

export interface PagePortal {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string
  close(): void
}

export interface PagePortalOptions extends ServedPages {
  /** Milliseconds that each answer waits. */
  readonly latencyMs: number
}

/** Serves bodies that were made beforehand, on a free port of this machine. */
export async function startPagePortal(options: PagePortalOptions): Promise<PagePortal> {
  const server = createServer((request, response) => {
    serve(options, request.url ?? '/', response).catch(() => response.destroy())
  })
  server.keepAliveTimeout = 65_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Chunked and without a length, as the live service answers. */
async function serve(options: PagePortalOptions, target: string, response: ServerResponse): Promise<void> {
  if (options.latencyMs > 0) await sleep(options.latencyMs)
  const { status, headers, body } = await answerRequest(options, target)
  response.writeHead(status, {
    ...headers,
    Vary: 'Accept-Encoding',
    'Content-Encoding': 'gzip',
    'Transfer-Encoding': 'chunked',
  })
  response.end(body)
}
