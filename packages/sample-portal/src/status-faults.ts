import { JSON_FRONT } from './answer.ts'
import type { FaultRequest } from './fault.ts'
import { type FaultOption, oneOf, wholeNumber, withDefault } from './fault-option.ts'
import { defineFault, type NamedFault } from './named-fault.ts'
import { MAINTENANCE_PAGE, writeServerPage } from './portal-page.ts'
import { statusAction } from './status-body.ts'
import { createTicket } from './ticket.ts'

const RETRY_OPTIONS = {
  'retry-after': withDefault(wholeNumber(0), undefined),
  as: withDefault(oneOf('seconds', 'date'), 'seconds'),
} as const
const BODY_OPTION = withDefault(oneOf('usual', 'json', 'html', 'none'), 'usual')

const origin: FaultOption<string> = {
  allowed: 'same, or an origin such as http://127.0.0.1:9000',
  read: (text) => {
    if (text === 'same') return text
    const url = URL.parse(text)
    return url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' ? url.origin : undefined
  },
}

/** Another status than the right one. */
export const statusFaults: readonly NamedFault[] = [
  defineFault({
    name: 'throttle',
    summary: '429; Retry-After only with retry-after=SECONDS, as=date writes it as an HTTP date',
    example: 'throttle every=5 retry-after=2',
    options: { ...RETRY_OPTIONS, body: BODY_OPTION },
    create: (values) => (request) => statusAction(429, values.body, retryHeaders(values, request)),
  }),
  defineFault({
    name: 'error',
    summary: 'an error status (503), with the body it has on Socrata: 500 and 503 JSON, 502 HTML, 504 none',
    example: 'error status=502 chance=0.1',
    options: { status: withDefault(wholeNumber(400, 599), 503), ...RETRY_OPTIONS, body: BODY_OPTION },
    create: (values) => (request) => statusAction(values.status, values.body, retryHeaders(values, request)),
  }),
  defineFault({
    name: 'processing',
    summary: '202: a ticket in the body to add to the URL, a Location to ask again, or nothing at all',
    example: 'processing give=location retry-after=1 first=2',
    options: { give: withDefault(oneOf('ticket', 'location', 'nothing'), 'ticket'), ...RETRY_OPTIONS },
    create: (values, random) => (request) => {
      const headers = retryHeaders(values, request)
      if (values.give === 'nothing') return { kind: 'status', status: 202, headers }
      if (values.give === 'location') {
        return { kind: 'status', status: 202, headers: { ...headers, Location: ownAddress(request) } }
      }
      const body = JSON.stringify({ ticket: createTicket(random) })
      return { kind: 'status', status: 202, headers, body, contentType: JSON_FRONT }
    },
  }),
  defineFault({
    name: 'redirect',
    summary: 'a redirect to the same path, on this host or on another origin',
    example: 'redirect to=http://127.0.0.1:9000 status=307',
    options: {
      to: withDefault(origin, 'same'),
      status: withDefault(oneOf('301', '302', '303', '307', '308'), '302'),
    },
    create: (values) => (request) => {
      const Location = values.to === 'same' ? ownAddress(request) : `${values.to}${request.target}`
      const status = Number(values.status)
      const body = writeServerPage(status)
      return { kind: 'status', status, body, contentType: 'text/html', headers: { Location } }
    },
  }),
  defineFault({
    name: 'html',
    summary: 'a page of HTML in the place of data, with status 200 or another',
    example: 'html path=resource once',
    options: { status: withDefault(wholeNumber(200, 599), 200) },
    create: ({ status }) => {
      const contentType = 'text/html; charset=utf-8'
      return () => ({ kind: 'status', status, body: MAINTENANCE_PAGE, contentType })
    },
  }),
]

function retryHeaders(
  values: { readonly 'retry-after': number | undefined; readonly as: 'seconds' | 'date' },
  { timeMs }: FaultRequest,
): Record<string, string> {
  const seconds = values['retry-after']
  if (seconds === undefined) return {}
  const date = new Date(timeMs + seconds * 1000).toUTCString()
  return { 'Retry-After': values.as === 'date' ? date : String(seconds) }
}

function ownAddress({ headers, target }: FaultRequest): string {
  return `http://${headers.host ?? ''}${target}`
}
