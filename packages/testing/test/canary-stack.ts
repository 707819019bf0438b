import { randomBytes } from 'node:crypto'
import { petLicenseDataset, type SamplePortal, startSamplePortal } from '@gather/sample-portal'
import { Redis } from 'ioredis'
import { type KillableDatabase, startKillableDatabase } from '../src/nemesis/killable-database.ts'
import { type KillableRedis, startKillableRedis } from '../src/nemesis/killable-redis.ts'
import { startTestStack, type TestStack } from '../src/test-stack.ts'

/** The signs that JSON, URLs, shells and patterns treat in their own way, then a part that no accident makes. */
const makeCanary = (signs: string) => `${signs}${randomBytes(12).toString('hex')}`

/** A product whose every secret is a canary, on servers of its own that may be killed. */
export interface CanaryStack {
  readonly stack: TestStack
  /** Takes no token but the canary. */
  readonly portal: SamplePortal
  readonly redis: KillableRedis
  readonly databaseServer: KillableDatabase
  /** The environment of the product's processes. */
  readonly env: Readonly<Record<string, string>>
  readonly secrets: Readonly<
    Record<'token' | 'database' | 'viewer' | 'admin' | 'redis' | 'dashboard', string>
  >
  /** Lets the product into Redis, or no longer: a Redis that was restarted has forgotten its users. */
  setRedisPassword(password: string): Promise<void>
  setDatabasePassword(password: string): Promise<void>
  close(): Promise<void>
}

/** Starts servers, portal and users; the dashboard's user may only read. */
export async function startCanaryStack(): Promise<CanaryStack> {
  const [redis, databaseServer] = await Promise.all([startKillableRedis(), startKillableDatabase()])
  const servers = { redisUrl: redis.url, mysqlAdminUrl: databaseServer.adminUrl }
  const secrets = {
    token: makeCanary('t0K-'),
    database: makeCanary('d@:/?#%"\\$&'),
    viewer: makeCanary("v'`;-ä€"),
    admin: makeCanary('a=+ '),
    redis: makeCanary('r@:/%'),
    dashboard: makeCanary('w{"x":1}'),
  }
  const dataset = petLicenseDataset({ rowCount: 600 })
  const portal = await startSamplePortal({ datasets: [dataset], appTokens: [secrets.token] })
  const source = { kind: 'socrata', url: portal.url, dataset: dataset.id } as const
  const stack = await startTestStack({ servers, rowCount: 1, topic: { page_rows: 200, source } })
  const { database, schema } = stack.testDatabase
  const granted = `\`${schema.replaceAll('_', '\\_')}\`.*`
  const setDatabasePassword = async (password: string) =>
    void (await database.write("ALTER USER canary_importer@'%' IDENTIFIED BY ?", [password]))
  await database.write("CREATE USER canary_importer@'%' IDENTIFIED BY ?", [secrets.database])
  await database.write("CREATE USER canary_viewer@'%' IDENTIFIED BY ?", [secrets.viewer])
  await database.write(`GRANT ALL ON ${granted} TO canary_importer@'%'`)
  await database.write(`GRANT SELECT ON ${granted} TO canary_viewer@'%'`)
  const setRedisPassword = (password: string) =>
    withRedis(
      redis.url,
      async (client) =>
        void (await client.acl('SETUSER', 'canary', 'reset', 'on', `>${password}`, '~*', '&*', '+@all')),
    )
  await setRedisPassword(secrets.redis)
  const base = stack.testDatabase.url
  const env = {
    ...stack.env,
    LOG_LEVEL: 'trace',
    MYSQL_URL: urlFor(base, 'canary_importer', secrets.database),
    DASHBOARD_MYSQL_URL: urlFor(base, 'canary_viewer', secrets.viewer),
    MYSQL_ADMIN_URL: urlFor(base, 'root', secrets.admin),
    REDIS_URL: urlFor(redis.url, 'canary', secrets.redis),
    INSECURE_SOURCE_HOSTS: new URL(portal.url).host,
    SOCRATA_APP_TOKENS: `${new URL(portal.url).host}=${secrets.token}`,
    DASHBOARD_USER: 'canary',
    DASHBOARD_PASSWORD: secrets.dashboard,
    DASHBOARD_PORT: '0',
  }
  return {
    stack,
    portal,
    redis,
    databaseServer,
    env,
    secrets,
    setRedisPassword,
    setDatabasePassword,
    async close() {
      await stack.close()
      await portal.close()
      await Promise.all([redis.stop(), databaseServer.stop()])
    },
  }
}

/** The same address for another user, or at another place. */
export function urlFor(
  base: string,
  user: string,
  password: string,
  place: { host?: string; path?: string } = {},
): string {
  const url = new URL(base)
  url.username = user
  url.password = encodeURIComponent(password)
  if (place.host !== undefined) url.host = place.host
  if (place.path !== undefined) url.pathname = place.path
  return url.href
}

/** Works with a connection of its own. */
export async function withRedis<Result>(
  url: string,
  work: (client: Redis) => Promise<Result>,
): Promise<Result> {
  const client = new Redis(url)
  try {
    return await work(client)
  } finally {
    client.disconnect()
  }
}

/** Everything a Redis holds, as one text. */
export function dumpRedis(url: string): Promise<string> {
  return withRedis(url, async (client) => {
    const texts: unknown[] = [await client.client('LIST'), await client.info('commandstats')]
    for (const key of await client.keys('*')) texts.push(key, await readKey(client, key))
    return texts.map(String).join('\n')
  })
}

async function readKey(client: Redis, key: string): Promise<string> {
  const type = await client.type(key)
  if (type === 'hash') return JSON.stringify(await client.hgetall(key))
  if (type === 'list') return JSON.stringify(await client.lrange(key, 0, -1))
  if (type === 'set') return JSON.stringify(await client.smembers(key))
  if (type === 'zset') return JSON.stringify(await client.zrange(key, '0', '-1', 'WITHSCORES'))
  if (type === 'stream') return JSON.stringify(await client.xrange(key, '-', '+'))
  return String(await client.get(key))
}
