import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { type Arena, emptyArena, openArena } from './arena.ts'
import type { ScenarioContext } from './bench-context.ts'
import type { PortalProcess } from './portal-process.ts'
import { productEnv, writeTopic } from './product/product-env.ts'
import type { RunMeasure } from './product/run-measure.ts'
import { runPlanner } from './product/run-planner.ts'
import { type Bystander, runProduct } from './product/run-product.ts'
import { type Product, startProduct } from './product/start-product.ts'

/** The product set up on one server, with every process but the planner running. */
export interface Stage {
  readonly arena: Arena
  readonly product: Product
  /** Imports everything into an empty target. */
  initialize(): Promise<RunMeasure>
  /** Imports what has changed; the target stays as it is. */
  update(): Promise<RunMeasure>
  /** Has the next run read another portal. */
  choosePortal(portal: PortalProcess): void
}

export interface StageOptions {
  /** The first is used until another is chosen. */
  readonly portals: readonly [PortalProcess, ...PortalProcess[]]
  readonly pageRows: number
  /** None: pages are planned and not loaded. */
  readonly workerCount: number
}

export async function openStage(context: ScenarioContext, options: StageOptions): Promise<Stage> {
  const { server, redis, cleanup } = context
  const arena = await openArena(server, cleanup)
  const folder = mkdtempSync(join(context.folder, 'stage-'))
  const env = productEnv({
    redisUrl: redis.url,
    mysqlUrl: arena.productUrl,
    mysqlAdminUrl: arena.adminUrl,
    concurrency: context.options.concurrency,
    topicsDir: mkdtempSync(join(folder, 'topics-')),
    portalUrls: options.portals.map(({ url }) => url),
  })
  await runPlanner(['migrate'], { env, folder })
  const product = await startProduct({ env, folder, workerCount: options.workerCount }, cleanup)
  let portal = options.portals[0]
  const choosePortal = (chosen: PortalProcess) => {
    portal = chosen
    writeTopic(env.TOPICS_DIR ?? '', portal.url, options.pageRows)
  }
  choosePortal(portal)
  const run = (args: readonly string[]) =>
    runProduct({ product, database: arena.product, bystanders: listBystanders(context, portal), args })
  return {
    arena,
    product,
    choosePortal,
    async initialize() {
      await emptyArena(arena)
      return run(['--initialize'])
    },
    update: () => run([]),
  }
}

const listBystanders = ({ redis, server }: ScenarioContext, portal: PortalProcess): Bystander[] => [
  { role: 'portal', pid: portal.pid },
  { role: 'redis', pid: redis.pid },
  { role: 'database', pid: server.pid },
]
