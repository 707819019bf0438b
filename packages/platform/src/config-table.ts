import { renderContainerPart } from './container-table.ts'

/** One environment variable, as people read about it. */
export interface ConfigEntry {
  readonly name: string
  /** What it is for, without a full stop. */
  readonly meaning: string
  /** The value it has where it is not set, or one of the words `required`, `none`, `as MYSQL_URL`. */
  readonly default: string
  readonly allowed: string
  readonly example: string
  /** True where the value is or holds a secret: `<NAME>_FILE` may then name a file with it. */
  readonly secret: boolean
}

const MYSQL_EXAMPLE = 'mysql://importuser:password@127.0.0.1:3306/rover'
const MYSQL_ALLOWED = 'mysql://user:password@host:port/database'

/** Every variable that `readConfig` reads, in its order: the source of `.env.example` and of the README's table. */
export const CONFIG_TABLE: readonly ConfigEntry[] = [
  {
    name: 'REDIS_URL',
    meaning: 'Redis or Valkey with the queues',
    default: 'redis://127.0.0.1:6379',
    allowed: 'redis://user:password@host:port, rediss: for TLS',
    example: 'redis://default:password@127.0.0.1:6379',
    secret: true,
  },
  {
    name: 'MYSQL_URL',
    meaning: 'database of ledger and target tables, as the importer uses it',
    default: 'required',
    allowed: MYSQL_ALLOWED,
    example: MYSQL_EXAMPLE,
    secret: true,
  },
  {
    name: 'MYSQL_ADMIN_URL',
    meaning: 'user that "planner migrate" works as; it takes the database name from MYSQL_URL',
    default: 'as MYSQL_URL',
    allowed: MYSQL_ALLOWED,
    example: 'mysql://root:password@127.0.0.1:3306/rover',
    secret: true,
  },
  {
    name: 'MYSQL_CA_FILE',
    meaning: "certificate of the authority that signed the database server's; turns TLS on",
    default: 'none',
    allowed: 'path of a PEM file',
    example: '/etc/ssl/certs/database-ca.pem',
    secret: false,
  },
  {
    name: 'IMPORT_LOG_URL',
    meaning: 'database of the import_log, which may stand on another server',
    default: 'as MYSQL_URL',
    allowed: MYSQL_ALLOWED,
    example: 'mysql://importuser:password@log-server:3306/rover',
    secret: true,
  },
  {
    name: 'TOPICS_DIR',
    meaning: 'folder of topic files of your own; one replaces the built-in topic of its name',
    default: 'none',
    allowed: 'path of a folder',
    example: '/etc/gather-and-store/topics',
    secret: false,
  },
  {
    name: 'SOCRATA_APP_TOKENS',
    meaning: 'app tokens of portals; each is sent to its own host and nowhere else',
    default: 'none',
    allowed: 'host=token pairs, separated by commas',
    example: 'data.seattle.gov=token,data.cityofnewyork.us=other-token',
    secret: true,
  },
  {
    name: 'WORKER_CONCURRENCY',
    meaning: 'pages that one worker loads at a time',
    default: '4',
    allowed: '1 to 64',
    example: '8',
    secret: false,
  },
  {
    name: 'JOB_LOCK_MS',
    meaning: 'milliseconds a page stays with a worker that gives no sign of life',
    default: '30000',
    allowed: '1000 to 600000',
    example: '60000',
    secret: false,
  },
  {
    name: 'RECONCILE_INTERVAL_MS',
    meaning: "milliseconds between the listener's comparisons of ledger and queue",
    default: '5000',
    allowed: '100 to 600000',
    example: '10000',
    secret: false,
  },
  {
    name: 'SHUTDOWN_GRACE_MS',
    meaning: 'milliseconds a process that is told to stop may take',
    default: '20000',
    allowed: '0 to 600000',
    example: '60000',
    secret: false,
  },
  {
    name: 'INSECURE_SOURCE_HOSTS',
    meaning: 'portals that may speak plain http and have private addresses',
    default: 'none',
    allowed: 'host:port, separated by commas',
    example: '127.0.0.1:8080',
    secret: false,
  },
  {
    name: 'HEALTH_HOST',
    meaning: 'address on which worker and listener answer /healthz, /readyz and /metrics',
    default: '127.0.0.1',
    allowed: 'an address of this machine',
    example: '0.0.0.0',
    secret: false,
  },
  {
    name: 'HEALTH_PORT',
    meaning: 'port for these; without it nothing is opened',
    default: 'none',
    allowed: '0 to 65535, 0 for any free one',
    example: '9100',
    secret: false,
  },
  {
    name: 'DASHBOARD_HOST',
    meaning: 'address the dashboard listens on; one that other machines reach needs user and password',
    default: '127.0.0.1',
    allowed: 'an address of this machine',
    example: '0.0.0.0',
    secret: false,
  },
  {
    name: 'DASHBOARD_PORT',
    meaning: 'port of the dashboard',
    default: '3000',
    allowed: '0 to 65535, 0 for any free one',
    example: '8081',
    secret: false,
  },
  {
    name: 'DASHBOARD_USER',
    meaning: 'user the dashboard asks for',
    default: 'none',
    allowed: 'any text without a colon, only with DASHBOARD_PASSWORD',
    example: 'viewer',
    secret: false,
  },
  {
    name: 'DASHBOARD_PASSWORD',
    meaning: 'password the dashboard asks for',
    default: 'none',
    allowed: 'any text, only with DASHBOARD_USER',
    example: 'password',
    secret: true,
  },
  {
    name: 'DASHBOARD_MYSQL_URL',
    meaning:
      'database as the dashboard reads it; its user needs only SELECT, and EXECUTE for charts by procedures',
    default: 'as MYSQL_URL',
    allowed: MYSQL_ALLOWED,
    example: 'mysql://viewer:password@127.0.0.1:3306/rover',
    secret: true,
  },
  {
    name: 'DASHBOARD_ACTIONS',
    meaning:
      'whether the dashboard starts, retries and cancels runs, as the user of MYSQL_URL; needs DASHBOARD_USER and DASHBOARD_PASSWORD',
    default: 'off',
    allowed: 'on, off',
    example: 'on',
    secret: false,
  },
  {
    name: 'DASHBOARD_QUEUE_ACTIONS',
    meaning: 'whether Bull Board may change the queues; needs DASHBOARD_USER and DASHBOARD_PASSWORD',
    default: 'off',
    allowed: 'on, off',
    example: 'on',
    secret: false,
  },
  {
    name: 'LOG_LEVEL',
    meaning: 'least severity that is logged; with debug, errors of commands show their stack',
    default: 'info',
    allowed: 'fatal, error, warn, info, debug, trace, silent',
    example: 'debug',
    secret: false,
  },
  {
    name: 'LOG_FORMAT',
    meaning: 'one JSON document a line, or lines for a terminal',
    default: 'json',
    allowed: 'json, pretty',
    example: 'pretty',
    secret: false,
  },
]

const HEAD = `# Configuration of gather-and-store. Copy this file to .env and change what you need. No process reads .env by itself:
#   set -a; . ./.env; set +a      in a shell, before "npx planner ..." or any other process
# A value with spaces or other special characters stands in 'single quotes'. An empty value counts as not set.
# A variable marked "secret" may be given as a file instead: MYSQL_URL_FILE=/run/secrets/mysql_url
`

/** The text of `.env.example`: required variables set to an example, the others commented out, those of containers last. */
export function renderEnvExample(): string {
  return [HEAD, ...CONFIG_TABLE.map(renderEntry), renderContainerPart()].join('\n')
}

function renderEntry({ name, meaning, default: initial, allowed, example, secret }: ConfigEntry): string {
  const marks = [`default: ${initial}`, `allowed: ${allowed}`, ...(secret ? ['secret'] : [])]
  const mark = initial === 'required' ? '' : '# '
  return `# ${meaning}\n# (${marks.join('; ')})\n${mark}${name}=${example}\n`
}
