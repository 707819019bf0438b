import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FaultSwitches } from './fault-switches.ts'
import { FaultTextError } from './fault-text-error.ts'

/** No part of Socrata: here the faults of a portal that was started with switches are seen and changed. */
export const SWITCHES_PATH = '/-/faults'

const TEXT_BYTES_MAX = 64 * 1024

/** `GET` lists the faults that are on, `POST` adds those of its body, `DELETE` ends all. Only from this machine. */
export async function serveSwitches(
  switches: FaultSwitches,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isOwnMachine(message)) return send(response, 403, "faults are switched from the portal's own machine")
  switch (message.method) {
    case 'GET':
      break
    case 'POST':
      try {
        switches.add(await readText(message))
      } catch (error) {
        if (!(error instanceof FaultTextError)) throw error
        return send(response, 400, error.message)
      }
      break
    case 'DELETE':
      switches.clear()
      break
    default:
      return send(response, 405, `${SWITCHES_PATH} takes GET, POST and DELETE`)
  }
  send(
    response,
    200,
    switches
      .list()
      .map(({ text, count }) => `${text} # ${count} times`)
      .join('\n'),
  )
}

/** A web page in a browser on this machine comes from the right address too, but it names its origin. */
function isOwnMachine({ socket, headers }: IncomingMessage): boolean {
  return socket.remoteAddress === socket.localAddress && headers.origin === undefined
}

async function readText(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > TEXT_BYTES_MAX) throw new FaultTextError(`the text must have at most ${TEXT_BYTES_MAX} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' })
  response.end(text === '' ? '' : `${text}\n`)
}
