import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startProcess } from '@gather/local-stack'
import type { ScenarioContext } from './bench-context.ts'
import { cleanEnv, ROOT } from './run-node.ts'

const READY_MS = 10 * 60_000
const ADDRESS = /http:\/\/127\.0\.0\.1:\d+/
/** Above this the compressed pages stand in files. */
const ROWS_IN_MEMORY_MAX = 1_100_000

export interface PortalProcess {
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

export interface PagePortalRequest {
  /** Different for each portal of a bench. */
  readonly name: string
  readonly rowCount: number
  readonly pageRows: number
  readonly latencyMs: number
}

/** Starts a page portal in a process of its own; resolves when every page is prepared. */
export function startPagePortalProcess(
  context: ScenarioContext,
  { name, rowCount, pageRows, latencyMs }: PagePortalRequest,
): Promise<PortalProcess> {
  const args = [
    'packages/bench/src/page-portal/main.ts',
    ...['--rows', String(rowCount), '--page-rows', String(pageRows)],
    ...['--latency-ms', String(latencyMs), '--row-ids', context.options.rowIds],
  ]
  if (rowCount <= ROWS_IN_MEMORY_MAX) return startPortal(name, args, context)
  const pages = join(context.folder, `${name}-pages`)
  mkdirSync(pages)
  context.cleanup.add(() => rmSync(pages, { recursive: true, force: true }))
  return startPortal(name, [...args, '--folder', pages], context)
}

/** Starts the sample portal, which answers every query, in a process of its own. */
export function startSamplePortalProcess(context: ScenarioContext, rowCount: number): Promise<PortalProcess> {
  const args = ['packages/sample-portal/src/main.ts', '--port', '0', '--rows', String(rowCount)]
  return startPortal('sample-portal', args, context)
}

async function startPortal(
  name: string,
  args: readonly string[],
  { folder, cleanup }: ScenarioContext,
): Promise<PortalProcess> {
  const child = await startProcess({
    name,
    command: process.execPath,
    args,
    cwd: ROOT,
    env: cleanEnv({}),
    logDir: folder,
  })
  cleanup.add(() => child.stop())
  const output = await child.waitUntilReady((text) => ADDRESS.test(text), READY_MS)
  return { url: ADDRESS.exec(output)?.[0] ?? '', pid: child.pid, stop: () => child.stop() }
}
