import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import { JSON_FRONT } from './answer.ts'
import { answerInternalError } from './errors.ts'
import type { FaultAction } from './fault.ts'
import { writeServerPage } from './portal-page.ts'

/** Who writes the body: whoever usually does for that status (`usual`), the row service, the web server, or no one. */
export type BodyForm = 'usual' | 'json' | 'html' | 'none'

/** Codes and messages of the row service and the front, where they are known. */
const JSON_BODIES: Readonly<Record<number, object>> = {
  401: {
    code: 'authentication_required',
    error: true,
    message: 'You must be logged in to access this resource',
  },
  403: {
    code: 'permission_denied',
    error: true,
    message: 'You do not have permission to view this resource',
  },
  404: { code: 'dataset.missing', error: true, message: 'Not found' },
  408: { message: 'Request timed out', errorCode: 'request-timeout', data: { customTimeout: null } },
  429: { message: 'Too many requests', errorCode: 'too-many-requests', data: {} },
  503: { message: 'Service unavailable', errorCode: 'service-unavailable', data: {} },
}

/** Statuses that usually come from the web server, or without any body. */
const USUAL_FORMS: Readonly<Record<number, BodyForm>> = { 502: 'html', 504: 'none' }

/** An answer of nothing but a status, with the body that it has on the live service. */
export function statusAction(
  status: number,
  form: BodyForm,
  headers: Readonly<Record<string, string>> = {},
): FaultAction {
  const used = form === 'usual' ? (USUAL_FORMS[status] ?? 'json') : form
  if (used === 'none') return { kind: 'status', status, headers }
  if (used === 'html') {
    return { kind: 'status', status, headers, body: writeServerPage(status), contentType: 'text/html' }
  }
  return { kind: 'status', status, headers, body: jsonBody(status), contentType: JSON_FRONT }
}

function jsonBody(status: number): string | Buffer {
  if (status === 500) return answerInternalError(randomUUID()).body?.make() ?? ''
  const known = JSON_BODIES[status]
  return JSON.stringify(known ?? { error: true, message: STATUS_CODES[status] ?? 'Error', status })
}
