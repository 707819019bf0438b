import { Fault, type FaultKind, isFault } from '@gather/platform'

interface Rule {
  readonly kind: FaultKind
  readonly code: string
  /** What to do about it, where the reader can. */
  readonly mend?: string
}

/** Error names of the driver and the servers that we know how to act on. What is not here is terminal. */
const RULES: Readonly<Record<string, Rule>> = {
  ECONNREFUSED: {
    kind: 'unavailable',
    code: 'DATABASE_UNREACHABLE',
    mend: 'is it running, and is the address right?',
  },
  ENOTFOUND: { kind: 'unavailable', code: 'DATABASE_UNREACHABLE', mend: 'is the host name right?' },
  EAI_AGAIN: { kind: 'unavailable', code: 'DATABASE_UNREACHABLE' },
  ETIMEDOUT: { kind: 'unavailable', code: 'DATABASE_UNREACHABLE' },
  ECONNRESET: { kind: 'unavailable', code: 'DATABASE_LOST' },
  EPIPE: { kind: 'unavailable', code: 'DATABASE_LOST' },
  EHOSTUNREACH: { kind: 'unavailable', code: 'DATABASE_UNREACHABLE' },
  PROTOCOL_CONNECTION_LOST: { kind: 'unavailable', code: 'DATABASE_LOST' },
  PROTOCOL_SEQUENCE_TIMEOUT: { kind: 'unavailable', code: 'DATABASE_TIMEOUT' },
  ER_SERVER_SHUTDOWN: { kind: 'unavailable', code: 'DATABASE_LOST' },
  ER_CONNECTION_KILLED: { kind: 'unavailable', code: 'DATABASE_LOST' },
  ER_CLIENT_INTERACTION_TIMEOUT: { kind: 'unavailable', code: 'DATABASE_LOST' },
  ER_NET_READ_ERROR: { kind: 'unavailable', code: 'DATABASE_LOST' },
  ER_NET_READ_INTERRUPTED: { kind: 'unavailable', code: 'DATABASE_LOST' },
  ER_NET_ERROR_ON_WRITE: { kind: 'unavailable', code: 'DATABASE_LOST' },
  ER_NET_WRITE_INTERRUPTED: { kind: 'unavailable', code: 'DATABASE_LOST' },
  ER_NET_PACKETS_OUT_OF_ORDER: { kind: 'unavailable', code: 'DATABASE_LOST' },
  // What a node of a cluster says that has lost the others.
  ER_UNKNOWN_COM_ERROR: { kind: 'unavailable', code: 'DATABASE_UNREACHABLE' },
  ER_HOST_IS_BLOCKED: {
    kind: 'unavailable',
    code: 'DATABASE_UNREACHABLE',
    mend: 'FLUSH HOSTS lets us in again',
  },
  ER_CON_COUNT_ERROR: {
    kind: 'unavailable',
    code: 'DATABASE_BUSY',
    mend: 'raise max_connections or run fewer workers',
  },
  ER_USER_LIMIT_REACHED: { kind: 'unavailable', code: 'DATABASE_BUSY' },
  ER_TOO_MANY_USER_CONNECTIONS: { kind: 'unavailable', code: 'DATABASE_BUSY' },
  ER_OUTOFMEMORY: { kind: 'unavailable', code: 'DATABASE_BUSY' },
  ER_OUT_OF_RESOURCES: { kind: 'unavailable', code: 'DATABASE_BUSY' },
  ER_CANT_CREATE_THREAD: { kind: 'unavailable', code: 'DATABASE_BUSY' },
  ER_OPTION_PREVENTS_STATEMENT: { kind: 'unavailable', code: 'DATABASE_READ_ONLY' },
  ER_READ_ONLY_MODE: { kind: 'unavailable', code: 'DATABASE_READ_ONLY' },
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: { kind: 'unavailable', code: 'DATABASE_READ_ONLY' },
  ER_RECORD_FILE_FULL: { kind: 'unavailable', code: 'DATABASE_FULL', mend: 'make room on its disk' },
  ER_DISK_FULL: { kind: 'unavailable', code: 'DATABASE_FULL', mend: 'make room on its disk' },
  ER_LOCK_DEADLOCK: { kind: 'transient', code: 'DATABASE_DEADLOCK' },
  ER_LOCK_WAIT_TIMEOUT: { kind: 'transient', code: 'DATABASE_LOCK_WAIT' },
  ER_LOCK_NOWAIT: { kind: 'transient', code: 'DATABASE_LOCK_WAIT' },
  // Somebody ended the statement, or the server did by a limit of its own: the work is not at fault.
  ER_QUERY_INTERRUPTED: { kind: 'transient', code: 'DATABASE_INTERRUPTED' },
  ER_QUERY_TIMEOUT: { kind: 'transient', code: 'DATABASE_INTERRUPTED' },
  ER_CHECKREAD: { kind: 'transient', code: 'DATABASE_LOCK_WAIT' },
  ER_ERROR_DURING_COMMIT: { kind: 'transient', code: 'DATABASE_ERROR' },
  ER_ACCESS_DENIED_ERROR: {
    kind: 'terminal',
    code: 'DATABASE_ACCESS_DENIED',
    mend: 'check user and password of the URL; a user made by sql/users must be unlocked first',
  },
  ER_DBACCESS_DENIED_ERROR: {
    kind: 'terminal',
    code: 'DATABASE_ACCESS_DENIED',
    mend: 'see sql/users for the rights needed',
  },
  ER_TABLEACCESS_DENIED_ERROR: {
    kind: 'terminal',
    code: 'DATABASE_ACCESS_DENIED',
    mend: 'see sql/users for the rights needed',
  },
  ER_ACCOUNT_HAS_BEEN_LOCKED: {
    kind: 'terminal',
    code: 'DATABASE_ACCESS_DENIED',
    mend: 'unlock the user (see sql/users)',
  },
  ER_PROCACCESS_DENIED_ERROR: {
    kind: 'terminal',
    code: 'DATABASE_ACCESS_DENIED',
    mend: '"planner migrate" lets viewer call our own; another user or procedure needs GRANT EXECUTE',
  },
  ER_SP_DOES_NOT_EXIST: {
    kind: 'terminal',
    code: 'DATABASE_PROCEDURE_MISSING',
    mend: 'run "planner migrate"',
  },
  ER_BAD_DB_ERROR: { kind: 'terminal', code: 'DATABASE_MISSING', mend: 'run "planner migrate"' },
  ER_NO_SUCH_TABLE: {
    kind: 'terminal',
    code: 'DATABASE_TABLE_MISSING',
    mend: '"planner migrate" makes the tables of the ledger; one that a run fills must not be dropped meanwhile',
  },
  ER_BAD_FIELD_ERROR: { kind: 'terminal', code: 'DATABASE_COLUMN_MISSING', mend: 'run "planner migrate"' },
  ER_DUP_ENTRY: { kind: 'terminal', code: 'DATABASE_DUPLICATE' },
}

/** Numbers the driver's name table gives no name of ours. */
const NAMES_BY_NUMBER: Readonly<Record<number, string>> = {
  1205: 'ER_LOCK_WAIT_TIMEOUT',
  1317: 'ER_QUERY_INTERRUPTED',
  1969: 'ER_QUERY_TIMEOUT',
  3572: 'ER_LOCK_NOWAIT',
  4031: 'ER_CLIENT_INTERACTION_TIMEOUT',
  1927: 'ER_CONNECTION_KILLED',
  4151: 'ER_ACCOUNT_HAS_BEEN_LOCKED',
  3118: 'ER_ACCOUNT_HAS_BEEN_LOCKED',
}

/**
 * The fault for an error of the driver or the server: unavailable where the connection or server went away, transient
 * for lock waits and deadlocks, terminal otherwise. The statement is not part of the message.
 */
export function databaseFault(error: unknown): Fault {
  if (isFault(error)) return error
  const { name, message } = describe(error)
  const rule = diskFull(message) ?? RULES[name] ?? unknownRule(error, message)
  return new Fault({
    code: rule.code,
    kind: rule.kind,
    message: `database: ${message}${rule.mend ? ` (${rule.mend})` : ''}`,
    context: { databaseError: name },
    cause: error,
  })
}

function describe(error: unknown): { name: string; message: string } {
  const source = error instanceof AggregateError ? error.errors[0] : error
  if (!(source instanceof Error)) return { name: '', message: String(source) }
  const number =
    'errno' in source && typeof source.errno === 'number' ? NAMES_BY_NUMBER[source.errno] : undefined
  const code = 'code' in source && typeof source.code === 'string' ? source.code : ''
  return { name: number ?? code, message: source.message || code }
}

/** The servers have many errors for it, of which most only quote the system's. */
const diskFull = (message: string): Rule | undefined =>
  /\b(errno:|error) 28\b|No space left on device/.test(message) ? RULES.ER_DISK_FULL : undefined

function unknownRule(error: unknown, message: string): Rule {
  const closed = /closed state|connection is closed|Pool is closed|socket has been ended/i.test(message)
  if (closed) return { kind: 'unavailable', code: 'DATABASE_LOST' }
  // An error of the operating system is one of the way to the server, whatever its name.
  const isOfSystem = error instanceof Error && 'syscall' in error
  return isOfSystem
    ? { kind: 'unavailable', code: 'DATABASE_UNREACHABLE' }
    : { kind: 'terminal', code: 'DATABASE_ERROR' }
}
