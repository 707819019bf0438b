import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Answer } from './answer.ts'
import { decideFaults } from './decide-faults.ts'
import { answerInternalError } from './errors.ts'
import { actionsOf, type FaultAction } from './fault.ts'
import { frontHeaders } from './front-headers.ts'
import { headerOf, type PortalRequest } from './portal-context.ts'
import type { PortalState } from './portal-state.ts'
import { routeRequest } from './router.ts'
import { sendAnswer } from './send-answer.ts'
import { HEALTH_PATH, serveHealth } from './serve-health.ts'
import { SWITCHES_PATH, serveSwitches } from './serve-switches.ts'

/** Answers one request, rightly or as the faults of the portal want it. */
export async function serveRequest(
  state: PortalState,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = readRequest(message)
  const { switches, closing } = state
  if (request.path === HEALTH_PATH) return serveHealth(message, response)
  if (switches !== undefined && request.path === SWITCHES_PATH) {
    return serveSwitches(switches, message, response)
  }
  const faults = decideFaults(state, request)
  message.resume()
  if (faults.some(({ kind }) => kind === 'hang')) return
  const delayMs = actionsOf(faults, 'delay').reduce((sum, delay) => sum + delay.delayMs, 0)
  if (delayMs > 0) await wait(delayMs, undefined, { signal: closing.signal })
  const answer =
    givenAnswer(faults) ?? answerThroughCache(state, shapeRequest(request, faults), response, faults)
  const complete = { ...answer, headers: { ...frontHeaders(state.context), ...answer.headers } }
  const gzip = answer.body !== undefined && isCompressed(request, faults)
  await sendAnswer({
    response,
    answer: complete,
    gzip,
    cache: state.bodies,
    faults,
    signal: closing.signal,
  })
}

function readRequest(message: IncomingMessage): PortalRequest {
  const target = message.url ?? '/'
  const url = new URL(target, 'http://portal.invalid')
  const { method = 'GET', headers } = message
  return { method, target, path: url.pathname, query: url.searchParams, headers }
}

/** The answer that stands in for the right one, by the first fault that gives one. */
function givenAnswer(faults: readonly FaultAction[]): Answer | undefined {
  const given = findGiven(faults)
  if (given === undefined) return undefined
  const { body, contentType = 'application/json; charset=utf-8' } = given
  const own = given.kind === 'status' ? given.headers : {}
  const headers = { ...(body === undefined ? {} : { 'Content-Type': contentType }), ...own }
  const status = given.kind === 'status' ? given.status : 200
  return body === undefined ? { status, headers } : { status, headers, body: { make: () => body } }
}

function findGiven(faults: readonly FaultAction[]) {
  return faults.find((action) => action.kind === 'status' || action.kind === 'body')
}

function shapeRequest(request: PortalRequest, faults: readonly FaultAction[]): PortalRequest {
  const [cap] = actionsOf(faults, 'cap')
  const [shuffle] = actionsOf(faults, 'shuffle')
  const [replica] = actionsOf(faults, 'replica')
  return {
    ...request,
    ...(cap === undefined ? {} : { rowLimit: cap.limit }),
    ...(shuffle === undefined ? {} : { orderLoss: shuffle.loss }),
    ...(replica === undefined ? {} : { replica: { lag: replica.lag ?? 1, tells: replica.tells ?? 'flag' } }),
  }
}

function answerThroughCache(
  state: PortalState,
  request: PortalRequest,
  response: ServerResponse,
  faults: readonly FaultAction[],
): Answer {
  const make = () => answerRequest(state, request, response)
  const [cached] = actionsOf(faults, 'cached')
  if (cached === undefined) return make()
  const key = [request.method, request.target, headerOf(request, 'accept')].join('\n')
  return state.answers.take(key, { maxAgeMs: cached.maxAgeMs, nowMs: state.context.clock() }, make)
}

function answerRequest(state: PortalState, request: PortalRequest, response: ServerResponse): Answer {
  try {
    return routeRequest(request, state.context)
  } catch (error) {
    response.setHeader('X-Error-Message', encodeURIComponent(String(error)))
    return answerInternalError(randomUUID())
  }
}

function isCompressed(request: PortalRequest, faults: readonly FaultAction[]): boolean {
  const [encode] = actionsOf(faults, 'encode')
  if (encode !== undefined) return encode.gzip
  const given = findGiven(faults)
  if (given?.kind === 'body') return given.gzip === true
  return /\bgzip\b/.test(headerOf(request, 'accept-encoding'))
}
