import { type Agent, get } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Topic } from '@gather/topics'

const unpack = promisify(gunzip)

export type PageRow = Readonly<Record<string, unknown>>

/** The address under which the product asks for a page. */
export function pageUrl(topic: Topic, offset: number, limit: number): URL {
  const url = new URL(`/resource/${topic.source.dataset}.json`, topic.source.url)
  const fields = [...topic.columns.map(({ from }) => from), ':id', ':updated_at']
  url.searchParams.set('$select', fields.join(','))
  url.searchParams.set('$order', ':id')
  url.searchParams.set('$limit', String(limit))
  url.searchParams.set('$offset', String(offset))
  return url
}

/** Reads a page as simply as can be: no deadline, no limit, no version. */
export async function fetchPage(url: URL, agent: Agent): Promise<readonly PageRow[]> {
  const body = await readBody(url, agent)
  return JSON.parse((await unpack(body)).toString())
}

function readBody(url: URL, agent: Agent): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers: { 'Accept-Encoding': 'gzip' } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks))
        else reject(new Error(`${url} was answered with ${response.statusCode}`))
      })
      response.on('error', reject)
    })
    request.on('error', reject)
  })
}
