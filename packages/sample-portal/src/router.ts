import { type Answer, answerJson } from './answer.ts'
import type { Dataset } from './dataset.ts'
import { FrontError, invalidAppToken, missingDataset, missingView } from './errors.ts'
import { headerOf, type PortalContext, type PortalRequest } from './portal-context.ts'
import { laggingReplica, type ServedDataset } from './replica.ts'
import { answerResource } from './resource-handler.ts'
import { answerExport, answerView } from './views-handler.ts'

interface Route {
  readonly path: RegExp
  readonly missing: (id: string) => FrontError
  readonly answer: (dataset: Dataset, extension: string | undefined, at: RouteUse) => Answer
}

interface RouteUse {
  readonly request: PortalRequest
  readonly context: PortalContext
}

const ROUTES: readonly Route[] = [
  {
    path: /^\/resource\/([^/.]+)(?:\.([^/.]*))?$/,
    missing: missingDataset,
    answer: (dataset, extension, { request, context }) =>
      answerResource(chooseReplica(dataset, request), extension, request, context),
  },
  { path: /^\/api\/views\/([^/.]+)(?:\.json)?$/, missing: missingView, answer: answerView },
  { path: /^\/api\/views\/([^/.]+)\/rows\.csv$/, missing: missingView, answer: answerExport },
]

/** The answer to a request that no fault touches. */
export function routeRequest(request: PortalRequest, context: PortalContext): Answer {
  try {
    if (request.method !== 'GET' && request.method !== 'HEAD') return answerJson(405, METHOD_NOT_ALLOWED)
    for (const route of ROUTES) {
      const match = route.path.exec(request.path)
      if (match === null) continue
      checkAppToken(request, context)
      const id = match[1] ?? ''
      const dataset = context.datasets.get(id)
      if (dataset === undefined) throw route.missing(id)
      return route.answer(dataset, match[2], { request, context })
    }
    throw new FrontError(404, { code: 'not_found', error: true, message: 'Not found' })
  } catch (error) {
    if (error instanceof FrontError) return error.answer
    throw error
  }
}

function chooseReplica(dataset: Dataset, { replica }: PortalRequest): ServedDataset {
  if (replica === undefined) return dataset
  return laggingReplica(dataset, dataset.earlierState(replica.lag), replica.tells)
}

const METHOD_NOT_ALLOWED = { code: 'method_not_allowed', error: true, message: 'Method not allowed' }

function checkAppToken(request: PortalRequest, { appTokens }: PortalContext): void {
  const token = headerOf(request, 'x-app-token') || (request.query.get('$$app_token') ?? '')
  if (token !== '' && !appTokens.includes(token)) throw invalidAppToken()
}
