import { randomUUID } from 'node:crypto'
import { answerInternalError } from './errors.ts'
import { actionsOf, type FaultAction, type FaultRequest } from './fault.ts'
import type { PortalRequest } from './portal-context.ts'
import type { PortalState } from './portal-state.ts'

const REQUESTS_KEPT_MAX = 100_000

/**
 * Records a request, asks the faults about it and changes the data set where they say so. A fault that fails (such as one
 * that changes a column which is not there) becomes a 500 that tells why in `X-Error-Message`.
 */
export function decideFaults(state: PortalState, request: PortalRequest): readonly FaultAction[] {
  const { method, target: path, headers } = request
  const timeMs = state.context.clock()
  state.requests.push({ method, path, headers, timeMs })
  if (state.requests.length > REQUESTS_KEPT_MAX) state.requests.shift()
  const asked = describeRequest(state, request, timeMs)
  try {
    const actions = [state.switches?.fault, state.fault].flatMap((fault) => fault?.(asked) ?? [])
    if (asked.dataset !== undefined) {
      for (const { apply } of actionsOf(actions, 'mutate')) apply(asked.dataset)
    }
    return actions
  } catch (error) {
    const { status, headers: own, body } = answerInternalError(randomUUID())
    const reason = encodeURIComponent(error instanceof Error ? error.message : String(error))
    return [
      { kind: 'status', status, body: body?.make() ?? '', headers: { ...own, 'X-Error-Message': reason } },
    ]
  }
}

function describeRequest(state: PortalState, request: PortalRequest, timeMs: number): FaultRequest {
  const { path, query, target, headers } = request
  const requestIndex = state.requestCount
  state.requestCount += 1
  const dataset = [...state.context.datasets.values()].find(({ id }) => path.includes(id))
  const named = dataset === undefined ? {} : { dataset }
  return { path, query, target, requestIndex, timeMs, headers, ...named }
}
