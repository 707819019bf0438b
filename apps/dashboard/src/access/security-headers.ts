const OWN_PAGES = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** Bull Board has inline styles, a base element, and pictures inside its style sheet; its scripts are all files. */
const BULL_BOARD = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** Where Bull Board lives. */
export const BOARD_PATH = '/queues'

/** Headers of every answer to a request of `path`, errors included. */
export function securityHeaders(path: string): Readonly<Record<string, string>> {
  const isBoard = path === BOARD_PATH || path.startsWith(`${BOARD_PATH}/`)
  return {
    'content-security-policy': isBoard ? BULL_BOARD : OWN_PAGES,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  }
}
