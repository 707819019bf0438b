import { createWriteStream } from 'node:fs'
import { Agent } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Topic } from '@gather/topics'
import { fetchPage, pageUrl } from './fetch-page.ts'
import { createRowReader, encodeTabRows } from './tab-rows.ts'

export interface DataFileOptions {
  readonly topic: Topic
  readonly rowCount: number
  readonly path: string
}

/** Writes the rows that the portal serves to a file for LOAD DATA. */
export async function writeDataFile({ topic, rowCount, path }: DataFileOptions): Promise<void> {
  const agent = new Agent({ keepAlive: true })
  try {
    await pipeline(Readable.from(pages(topic, rowCount, agent)), createWriteStream(path))
  } finally {
    agent.destroy()
  }
}

async function* pages(topic: Topic, rowCount: number, agent: Agent): AsyncGenerator<Buffer> {
  const read = createRowReader(topic)
  for (let offset = 0; offset < rowCount; offset += topic.pageRows) {
    const limit = Math.min(topic.pageRows, rowCount - offset)
    yield encodeTabRows(read, await fetchPage(pageUrl(topic, offset, limit), agent), offset + 1)
  }
}
