import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { makeBomb, makeLongRow, makeNested, makeWideRow } from './make-bombs.ts'
import { startPortal } from './scripted-portal.ts'

const SCRIPT = fileURLToPath(new URL('memory-process.ts', import.meta.url))
const MEBIBYTE = 1024 * 1024
const LIMIT_BYTES = 16 * MEBIBYTE

interface Measured {
  readonly outcome: string
  /** Beyond what the process had after a first, small page. */
  readonly growthMb: number
}

interface Bomb {
  readonly make: () => Buffer | Promise<Buffer>
  readonly encoding: string | undefined
  /** The product's own limit where there is none. */
  readonly limitBytes?: number
  /** Of the fault that it must end in. */
  readonly code: string
}

/** What a process of its own makes of a page with this body: in here the portal's memory would count too. */
async function measure(
  body: Buffer,
  encoding: string | undefined,
  bodyBytesMax: number | string,
): Promise<Measured> {
  const portal = await startPortal((request, response) => {
    const isFirst = request.url?.includes('offset=0')
    if (!isFirst && encoding !== undefined) response.setHeader('Content-Encoding', encoding)
    response.end(isFirst ? '[{":id":"row-0"}]' : body)
  })
  const args = ['--expose-gc', SCRIPT, portal.url, String(bodyBytesMax)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 60_000 })
  return JSON.parse(stdout)
}

const BOMBS: readonly (readonly [string, Bomb])[] = [
  ['10 GB of blanks in 10 MB', { make: makeBomb, encoding: 'gzip', code: 'SOURCE_BODY_TOO_LARGE' }],
  ['a page packed twice, said once', { make: makeNested, encoding: 'gzip', code: 'SOURCE_BODY_INVALID' }],
  [
    'a page packed twice, said twice',
    { make: makeNested, encoding: 'gzip, gzip', code: 'SOURCE_BODY_INVALID' },
  ],
  [
    'one row of 100 MB',
    { make: makeLongRow, encoding: undefined, limitBytes: LIMIT_BYTES, code: 'SOURCE_BODY_TOO_LARGE' },
  ],
]

describe('S13: an answer made to fill the memory', () => {
  it.each(BOMBS)('is an error, and takes less than 64 MB: %s', { timeout: 60_000 }, async (_what, bomb) => {
    const { outcome, growthMb } = await measure(await bomb.make(), bomb.encoding, bomb.limitBytes ?? '')
    expect(outcome).toBe(bomb.code)
    expect(growthMb).toBeLessThan(64)
  })

  it('takes a bounded multiple of its size where it is whole: one row of a million columns', {
    timeout: 60_000,
  }, async () => {
    const body = makeWideRow()
    const { growthMb } = await measure(body, undefined, LIMIT_BYTES)
    expect(growthMb).toBeLessThan((25 * body.length) / 1e6)
  })
})
