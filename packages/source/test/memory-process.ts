/**
 * A process that fetches one page and says how much memory that took: `node --expose-gc memory-process.ts <url>
 * <bodyBytesMax>`. What it prints is one JSON document.
 */
import { createSocrataSource } from '../src/index.ts'

const [url = '', bodyBytesMax = ''] = process.argv.slice(2)
const never = new AbortController().signal
const source = createSocrataSource({
  url,
  dataset: 'abcd-1234',
  appTokens: new Map(),
  insecureHosts: [new URL(url).host],
  bodyBytesMax: bodyBytesMax === '' ? undefined : Number(bodyBytesMax),
})
const fetchPage = async (offset: number) => {
  const { rows } = await source.fetchPage({ columns: ['name'], offset, limit: 1 }, never)
  return [...rows]
}

await fetchPage(0)
global.gc?.()
const before = process.memoryUsage.rss()
const outcome = await fetchPage(1).then(
  () => 'a page',
  (fault: unknown) => (fault instanceof Error && 'code' in fault ? String(fault.code) : String(fault)),
)
// The most it ever had, in KiB.
const growthBytes = process.resourceUsage().maxRSS * 1024 - before
console.log(JSON.stringify({ outcome, growthMb: Math.round(growthBytes / 1e6) }))
await source.close()
