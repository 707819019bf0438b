import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { bytesBefore } from './byte-place.ts'
import { actionsOf, type FaultAction } from './fault.ts'

const DRIP_INTERVAL_MS = 100
const BLANKS = Buffer.alloc(64 * 1024, ' ')

export interface BodyWriting {
  readonly response: ServerResponse
  readonly body: Buffer
  readonly faults: readonly FaultAction[]
  readonly signal: AbortSignal
}

/** Writes an encoded body as far as the faults let it come, at their pace, and ends or breaks the answer. */
export async function writeBody(writing: BodyWriting): Promise<void> {
  const { response, body, faults, signal } = writing
  const ending = faults.find(isEnding)
  const part = body.subarray(0, sentBytes(faults, body.length))
  const [drip] = actionsOf(faults, 'drip')
  if (drip !== undefined) await dripBytes(response, part, drip.bytesPerSecond, signal)
  else if (ending === undefined) return void response.end(part)
  else await writeBytes(response, part)
  await endBody(response, ending)
}

type Ending = Extract<FaultAction, { readonly kind: 'cut' | 'truncate' | 'stall' | 'endless' }>

function isEnding(action: FaultAction): action is Ending {
  return ['cut', 'truncate', 'stall', 'endless'].includes(action.kind)
}

/** How many bytes of a body of `length` are sent: all, or up to where the first fault of that sort ends it. */
export function sentBytes(faults: readonly FaultAction[], length: number): number {
  const ending = faults.find(isEnding)
  return ending === undefined || ending.kind === 'endless' ? length : bytesBefore(ending.afterBytes, length)
}

/** Whether the body ends early as if that were all. */
export function endsQuietly(faults: readonly FaultAction[]): boolean {
  return faults.find(isEnding)?.kind === 'truncate'
}

async function endBody(response: ServerResponse, ending: Ending | undefined): Promise<void> {
  switch (ending?.kind) {
    case 'cut':
      if (ending.reset === true) response.socket?.resetAndDestroy()
      response.destroy()
      return
    case 'stall':
      return
    case 'endless':
      while (!response.destroyed) await writeBytes(response, BLANKS)
      return
    default:
      response.end()
  }
}

/** Resolves when the bytes, and the headers before them, are with the operating system, or the client is gone. */
function writeBytes(response: ServerResponse, bytes: Buffer): Promise<void> {
  response.flushHeaders()
  return new Promise((resolve) => void response.write(bytes, () => resolve()))
}

async function dripBytes(
  response: ServerResponse,
  bytes: Buffer,
  bytesPerSecond: number,
  signal: AbortSignal,
): Promise<void> {
  const step = Math.max(1, Math.round((bytesPerSecond * DRIP_INTERVAL_MS) / 1000))
  const intervalMs = (step * 1000) / bytesPerSecond
  for (let offset = 0; offset < bytes.length && !response.destroyed; offset += step) {
    await writeBytes(response, bytes.subarray(offset, offset + step))
    await wait(intervalMs, undefined, { signal })
  }
}
