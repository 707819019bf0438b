import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { FastifyAdapter } from '@bull-board/fastify'
import { createRedactor, type Logger, secretsOf } from '@gather/platform'
import type { FastifyInstance } from 'fastify'
import { BOARD_PATH } from './access/security-headers.ts'
import type { DashboardContext } from './dashboard-context.ts'

/** Bull Board's page asks for its fonts at a foreign host; without them it takes the system's. */
const FOREIGN_LINK = /<link[^>]+href="https?:\/\/[^>]*>/g

/**
 * Bull Board below `/queues`. Without a `user` it is to look at only: every method that changes something is refused before it
 * gets there, and its adapters are read-only besides.
 * @param user - who may change the queues
 */
export async function registerQueueBoard(
  app: FastifyInstance,
  context: DashboardContext,
  user: string | undefined,
): Promise<void> {
  const { queue, log, config } = context.services
  const board = new FastifyAdapter().setBasePath(BOARD_PATH)
  const readOnlyMode = user === undefined
  // Jobs hold ids alone, but whoever reaches Redis may have put something else there.
  const redact = createRedactor(secretsOf(config))
  createBullBoard({
    queues: [
      new BullMQAdapter(queue.pages, {
        readOnlyMode,
        displayName: 'Pages',
        description: 'One job a page of a run',
      }),
      new BullMQAdapter(queue.settles, {
        readOnlyMode,
        displayName: 'Settles',
        description: 'One job a run to settle',
      }),
      new BullMQAdapter(queue.occurrences.jobs, {
        readOnlyMode,
        displayName: 'Occurrences',
        description: 'One job a schedule, due at its next time',
      }),
    ],
    serverAdapter: board,
    options: { uiBasePath: uiFolder(), uiConfig: UI_CONFIG },
  })
  board.setErrorHandler((error) => {
    log.error({ err: error }, 'dashboard.board_failed')
    return { status: 500, body: { error: 'Bull Board failed; the log says why' } }
  })
  await app.register(async (scope) => {
    if (user === undefined) refuseChanges(scope)
    else logChanges(scope, user, log)
    answerWhenRedisIsAway(scope, context)
    scope.addHook('onSend', async (_request, reply, payload) => {
      if (typeof payload !== 'string') return payload
      const isPage = String(reply.getHeader('content-type')).startsWith('text/html')
      return isPage ? payload.replace(FOREIGN_LINK, '') : redact(payload)
    })
    await scope.register(board.registerPlugin(), { prefix: BOARD_PATH })
  })
}

const UI_CONFIG = {
  boardTitle: 'gather-and-store',
  miscLinks: [{ text: 'Runs', url: '/' }],
  hideDocsLink: true,
  hideRedisDetails: true,
  showMetrics: false,
}

const uiFolder = (): string => dirname(createRequire(import.meta.url).resolve('@bull-board/ui/package.json'))

function refuseChanges(scope: FastifyInstance): void {
  scope.addHook('onRequest', async (request, reply) => {
    if (request.method === 'GET' || request.method === 'HEAD') return
    return reply
      .code(405)
      .header('allow', 'GET, HEAD')
      .send({ error: 'The queues are shown to look at only' })
  })
}

function logChanges(scope: FastifyInstance, user: string, log: Logger): void {
  scope.addHook('onRequest', async ({ method, url }) => {
    if (method !== 'GET' && method !== 'HEAD')
      log.info({ user, method, path: url.split('?', 1)[0] }, 'dashboard.queue_action')
  })
}

/** Its API would wait for Redis without end. */
function answerWhenRedisIsAway(scope: FastifyInstance, context: DashboardContext): void {
  scope.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith(`${BOARD_PATH}/api/`)) return
    const { redis } = await context.readHealth()
    if (!redis.ok) return reply.code(503).send({ error: redis.problem })
  })
}
