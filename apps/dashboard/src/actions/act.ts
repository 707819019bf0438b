import { Fault, toFault } from '@gather/platform'
import { type Answer, seeOther } from '../answer.ts'
import type { Actions } from './actions.ts'

export interface Act {
  /** For the log. */
  readonly action: 'import' | 'retry' | 'cancel'
  readonly topic: string
  readonly runId?: string
  /** What a refusal begins with, such as `The import was not started`. */
  readonly otherwise: string
  /** The page that shows a refusal. */
  readonly page: string
  /** Does it; gives the id of the run to show. */
  readonly work: (signal: AbortSignal) => Promise<string>
}

/** Milliseconds a browser waits for an answer; planning asks the portal several things. */
const LIMIT_MS = 60_000

/** Does what a form asks for and sends the browser to the run, or back to its page with the reason why not. */
export async function act({ services, user, refusals }: Actions, wanted: Act): Promise<Answer> {
  const { action, topic, runId, otherwise, page, work } = wanted
  const log = services.log.child({ action, user, topic, runId })
  log.info('dashboard.action')
  try {
    const shown = await withinLimit(work)
    log.info({ shown }, 'dashboard.action_done')
    return seeOther(`/runs/${encodeURIComponent(shown)}`)
  } catch (error) {
    const fault = toFault(error)
    log.warn({ err: fault }, 'dashboard.action_refused')
    const { recordedRun, runId: openRun } = fault.context
    if (typeof recordedRun === 'string') return seeOther(`/runs/${encodeURIComponent(recordedRun)}`)
    const message = fault.code === 'UNEXPECTED' ? 'The dashboard failed; its log says why' : fault.message
    const refusal = {
      what: otherwise,
      message,
      code: fault.code,
      openRun: fault.code === 'RUN_OPEN' && openRun ? String(openRun) : undefined,
    }
    return seeOther(`${page}?refusal=${refusals.keep(refusal)}`)
  }
}

async function withinLimit(work: Act['work']): Promise<string> {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(tooLate())
      controller.abort()
    }, LIMIT_MS)
  })
  try {
    return await Promise.race([work(controller.signal), late])
  } finally {
    clearTimeout(timer)
  }
}

const tooLate = (): Fault =>
  new Fault({
    code: 'ACTION_TIMEOUT',
    kind: 'unavailable',
    message: `it took longer than ${LIMIT_MS / 1000} s; the list of runs tells whether it was recorded`,
  })
