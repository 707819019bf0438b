import { Fault } from './fault.ts'

/** Where a server was to listen, and the configuration that said so. */
export interface ListenPlace {
  readonly host: string
  readonly port: number
  /** Name of the variable of the host, such as `DASHBOARD_HOST`. */
  readonly hostName: string
  /** Name of the variable of the port. */
  readonly portName: string
}

/** @returns Fault `CONFIG_INVALID` (terminal): what kept a server from listening, with the variable to set */
export function listenFault(place: ListenPlace, cause: unknown): Fault {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const problem = problemOf(code, place) ?? `can't be listened on (${code || String(cause)})`
  return new Fault({
    code: 'CONFIG_INVALID',
    kind: 'terminal',
    message: `${place.host}:${place.port} ${problem}`,
    cause,
  })
}

function problemOf(code: string, { hostName, portName }: ListenPlace): string | undefined {
  const problems: Readonly<Record<string, string>> = {
    EADDRINUSE: `is taken by another process: set another ${portName}`,
    EACCES: `may not be used by this user: set a ${portName} above 1023`,
    EADDRNOTAVAIL: `is no address of this machine: set another ${hostName}`,
    ENOTFOUND: `names no address: set another ${hostName}`,
  }
  return problems[code]
}
