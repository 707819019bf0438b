import { type Config, Fault } from '@gather/platform'
import { isLoopbackHost } from './allowed-host.ts'

/** Who may see the dashboard, decided once at the start. */
export interface AccessRules {
  /** Address the server binds, without the brackets of an IPv6 URL. */
  readonly host: string
  /** Demanded from every request but `/healthz` and `/readyz`; undefined only on a loopback address. */
  readonly credentials: Credentials | undefined
}

export interface Credentials {
  readonly user: string
  readonly password: string
}

/** What stands in examples, and what a guess begins with. */
const KNOWN_PASSWORDS = [
  'changeme',
  'change-me',
  'password',
  'passwort',
  'secret',
  'admin',
  'dashboard',
  '123456',
]

/**
 * Closed by default: an address that other machines reach needs user and password.
 * @throws Fault `CONFIG_INVALID` (terminal): the address is open without them, only one of the two is set, or
 * the password is one of an example
 */
export function readAccessRules({ host, user, password }: Config['dashboard']): AccessRules {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  if (user?.includes(':')) throw invalid('DASHBOARD_USER must not contain a colon')
  if (password !== undefined && KNOWN_PASSWORDS.includes(password.toLowerCase()))
    throw invalid('DASHBOARD_PASSWORD is one that everybody tries first: set another')
  if (user !== undefined && password !== undefined) return { host: bare, credentials: { user, password } }
  if (user !== undefined || password !== undefined)
    throw invalid('DASHBOARD_USER and DASHBOARD_PASSWORD belong together: set both or none')
  if (isLoopbackHost(bare)) return { host: bare, credentials: undefined }
  throw invalid(
    `DASHBOARD_HOST ${bare} can be reached from other machines: set DASHBOARD_USER and DASHBOARD_PASSWORD, or DASHBOARD_HOST=127.0.0.1`,
  )
}

function invalid(message: string): Fault {
  return new Fault({ code: 'CONFIG_INVALID', kind: 'terminal', message })
}
