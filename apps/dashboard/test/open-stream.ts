import { request } from 'node:http'
import type { LiveUpdate } from '../src/live/live-update.ts'

/** An event stream as it arrives. */
export interface OpenedStream {
  readonly status: number
  readonly updates: readonly LiveUpdate[]
  /** Latest markup of each part that came. */
  readonly parts: ReadonlyMap<string, string>
  readonly isEnded: boolean
  close(): void
}

/** Opens the event stream at `path`; one that is refused is open, too, and has its status. */
export function openStream(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<OpenedStream> {
  const updates: LiveUpdate[] = []
  const parts = new Map<string, string>()
  const take = (event: string) => {
    const data = /^data: (.*)$/m.exec(event)?.[1]
    if (data === undefined) return
    const update: LiveUpdate = JSON.parse(data)
    updates.push(update)
    for (const [id, markup] of update.parts) parts.set(id, markup)
  }
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      let rest = ''
      let isEnded = false
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        const events = `${rest}${chunk}`.split('\n\n')
        rest = events.pop() ?? ''
        events.forEach(take)
      })
      response.on('close', () => {
        isEnded = true
      })
      response.on('error', () => {})
      resolve({
        status: response.statusCode ?? 0,
        updates,
        parts,
        get isEnded() {
          return isEnded
        },
        close: () => void outgoing.destroy(),
      })
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}
