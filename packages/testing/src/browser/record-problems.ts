import type { BrowserContext } from 'playwright-core'

/** The browser says the same again for an answer that is noted by itself. */
const SAID_TWICE = /^Failed to load resource/
/** The browser broke it off itself: a stream of a page that was left, a page that was closed. */
const BROKEN_OFF = 'net::ERR_ABORTED'
/** The machine got or lost a network, as when a container starts: the browser breaks off all that is under way. */
export const NETWORK_CHANGED = 'net::ERR_NETWORK_CHANGED'
/** The server answered 401, and the browser has no login to send. */
export const LOGIN_WANTED = 'net::ERR_INVALID_AUTH_CREDENTIALS'

const REPORT_VIOLATIONS = `document.addEventListener('securitypolicyviolation', (event) =>
  console.error('Content-Security-Policy violated: ' + event.effectiveDirective + ' ' + event.blockedURI))`

/** Notes all that no page may do, from its first byte on; `origin` is the only one it may ask. */
export async function recordProblems(context: BrowserContext, origin: string): Promise<readonly string[]> {
  const problems: string[] = []
  const note = (what: string) => void (problems.includes(what) || problems.push(what))
  context.on('console', (message) => {
    if (message.type() === 'error' && !SAID_TWICE.test(message.text())) note(`console: ${message.text()}`)
  })
  context.on('weberror', (error) => note(`script: ${error.error().message}`))
  context.on('request', (request) => {
    if (isForeign(request.url(), origin)) note(`request to another host: ${request.url()}`)
  })
  context.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? 'no reason'
    if (reason === LOGIN_WANTED) note(`answer 401: ${request.url()}`)
    else if (reason !== BROKEN_OFF && reason !== NETWORK_CHANGED)
      note(`request failed: ${request.url()} (${reason})`)
  })
  context.on('response', (response) => {
    if (response.status() >= 400) note(`answer ${response.status()}: ${response.url()}`)
  })
  context.on('page', (page) => {
    page.on('websocket', (socket) => note(`web socket: ${socket.url()}`))
    page.on('crash', () => note(`crash: ${page.url()}`))
  })
  await context.addInitScript(REPORT_VIOLATIONS)
  return problems
}

function isForeign(url: string, origin: string): boolean {
  const { protocol, origin: asked } = new URL(url)
  return !['data:', 'blob:', 'about:'].includes(protocol) && asked !== origin
}
