/** A variable of `.env` that only `docker-compose.yml` reads. */
export interface ContainerEntry {
  readonly name: string
  /** What it is for, without a full stop. */
  readonly meaning: string
  /** The value where it is not set, or the word `required`. */
  readonly default: string
}

/** What `docker-compose.yml` reads besides {@link PASSED_NAMES}. */
export const CONTAINER_TABLE: readonly ContainerEntry[] = [
  {
    name: 'SECRETS_DIR',
    meaning:
      'folder with the files of the passwords; "sh apps/create-secrets.sh" makes it and writes this line',
    default: 'required',
  },
  {
    name: 'WORKER_MEMORY',
    meaning: 'memory of one worker, of the listener, of a planner, at most',
    default: '1g',
  },
  { name: 'MYSQL_MEMORY', meaning: 'memory of MySQL, at most', default: '3g' },
  { name: 'MYSQL_BUFFER_POOL_SIZE', meaning: "part of it for MySQL's cache of tables", default: '1G' },
  { name: 'REDIS_MEMORY', meaning: 'memory of Redis, at most', default: '640m' },
  { name: 'REDIS_MAXMEMORY', meaning: 'part of it for waiting pages; 10,000 are 12 MB', default: '256mb' },
  {
    name: 'CONTAINER_HEALTH_HOST',
    meaning: 'HEALTH_HOST inside of the containers; 0.0.0.0 opens /metrics to their networks',
    default: '127.0.0.1',
  },
  {
    name: 'NPMRC',
    meaning: 'file with the settings of a package registry of your own; only the build of the image sees it',
    default: '/dev/null',
  },
]

/** The variables of the configuration that containers take from `.env`; the others are set in `docker-compose.yml`. */
export const PASSED_NAMES: readonly string[] = [
  ...['WORKER_CONCURRENCY', 'JOB_LOCK_MS', 'RECONCILE_INTERVAL_MS', 'TOPICS_DIR', 'INSECURE_SOURCE_HOSTS'],
  ...['DASHBOARD_PORT', 'DASHBOARD_USER', 'LOG_LEVEL', 'LOG_FORMAT'],
]

const HEAD = `# Containers (docker-compose.yml), which read .env by themselves, take of the variables above
#   ${PASSED_NAMES.slice(0, 5).join(', ')},
#   ${PASSED_NAMES.slice(5).join(', ')}
# and those below. Their addresses, users and passwords stand in the files of SECRETS_DIR.
`

/** The part of `.env.example` for containers: everything commented out. */
export function renderContainerPart(): string {
  const entries = CONTAINER_TABLE.map(({ name, meaning, default: initial }) => {
    const example = initial === 'required' ? './.secrets' : initial
    return `# ${meaning}\n# (default: ${initial})\n# ${name}=${example}\n`
  })
  return [HEAD, ...entries].join('\n')
}
