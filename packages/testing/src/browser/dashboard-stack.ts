import { type AppProcess, runPlanner, startApp, stopApps } from '../app-process.ts'
import { startTestStack, type TestStack, type TestStackOptions } from '../test-stack.ts'

/** How the stack of a browser test is made. */
export interface DashboardStackOptions extends TestStackOptions {
  /** @defaultValue 1 */
  readonly workerCount?: number
  /** Milliseconds that the portal waits before it answers with rows, so that a run can be watched. @defaultValue 0 */
  readonly pageDelayMs?: number
}

/** Portal, database, queue, and the product's own processes: listener, workers and a dashboard with a password. */
export interface DashboardStack extends TestStack {
  /** Of the dashboard, such as `http://127.0.0.1:41234`. */
  readonly url: string
  readonly user: string
  readonly password: string
  readonly workers: readonly AppProcess[]
  /** Starts one more, and waits until it takes jobs. */
  startWorker(): Promise<AppProcess>
  /** Plans a run by the command line; gives its id. */
  enqueue(args?: readonly string[]): Promise<string>
}

const LOGIN = { user: 'ann', password: 'right-word' }

/** Starts all of it: in `beforeAll`, and closed in `afterAll`. */
export async function startDashboardStack(options: DashboardStackOptions = {}): Promise<DashboardStack> {
  const { workerCount = 1, pageDelayMs = 0 } = options
  const stack = await startTestStack(options)
  const close = async () => {
    await stopApps()
    await stack.close()
  }
  try {
    stack.portal.setFault(({ query }) =>
      pageDelayMs > 0 && query.has('$offset') ? { kind: 'delay', delayMs: pageDelayMs } : undefined,
    )
    const dashboard = startApp('dashboard', {
      ...stack.env,
      DASHBOARD_PORT: '0',
      DASHBOARD_USER: LOGIN.user,
      DASHBOARD_PASSWORD: LOGIN.password,
    })
    const startWorker = () => startReady('worker', stack)
    const [workers] = await Promise.all([
      Promise.all(Array.from({ length: workerCount }, startWorker)),
      startReady('listener', stack),
      dashboard.waitFor(LISTENING),
    ])
    const url = LISTENING.exec(dashboard.output())?.[1] ?? ''
    return { ...stack, ...LOGIN, url, workers, startWorker, enqueue: (args) => enqueue(stack, args), close }
  } catch (error) {
    await close()
    throw error
  }
}

const LISTENING = /"url":"(http:[^"]+)".*dashboard\.listening/

async function startReady(app: 'worker' | 'listener', { env }: TestStack): Promise<AppProcess> {
  const started = startApp(app, env)
  await started.waitFor(/\.ready/)
  return started
}

async function enqueue({ topic, env }: TestStack, args: readonly string[] = ['--initialize']) {
  const { code, stdout, stderr } = await runPlanner(
    ['enqueue', topic.definition.topic, ...args, '--json'],
    env,
  )
  if (code !== 0) throw new Error(`planner enqueue ended with ${code}: ${stderr}`)
  const { runId }: { runId: string } = JSON.parse(stdout)
  return runId
}
