import { constants, createGzip, gzipSync } from 'node:zlib'

const SPACES_BYTES = 16 * 1024 * 1024

/** A gzip stream of about 10 MB that unpacks to more than 10 GB of blanks: one flushed block, repeated. */
export async function makeBomb(): Promise<Buffer> {
  const block = await flushedBlock()
  const header = Buffer.from('1f8b0800000000000003', 'hex')
  return Buffer.concat([header, ...Array.from({ length: 640 }, () => block)])
}

/** 16 MiB of blanks, packed so that the same bytes may follow them. */
async function flushedBlock(): Promise<Buffer> {
  const gzip = createGzip({ level: 9 })
  const chunks: Buffer[] = []
  gzip.on('data', (chunk: Buffer) => chunks.push(chunk))
  gzip.write(Buffer.alloc(SPACES_BYTES, ' '))
  await new Promise<void>((resolve) => gzip.flush(constants.Z_FULL_FLUSH, resolve))
  gzip.destroy()
  return Buffer.concat(chunks).subarray(10)
}

/** One row whose one text has 100 MB. */
export const makeLongRow = (): Buffer => Buffer.from(`[{":id":"row-1","name":"${'x'.repeat(100_000_000)}"}]`)

/** One row of a million columns. */
export function makeWideRow(): Buffer {
  const columns = Array.from({ length: 1_000_000 }, (_, index) => `"c${index}":"x"`)
  return Buffer.from(`[{":id":"row-1",${columns.join(',')}}]`)
}

/** A page that was packed twice. */
export const makeNested = (): Buffer => gzipSync(gzipSync(Buffer.alloc(SPACES_BYTES, ' ')))
