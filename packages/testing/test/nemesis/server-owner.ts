/** A process that starts a Redis and a database, kills the Redis, pauses the database, says so and waits to be killed. */
import { startKillableDatabase } from '../../src/nemesis/killable-database.ts'
import { startKillableRedis } from '../../src/nemesis/killable-redis.ts'

const [redis, database] = await Promise.all([startKillableRedis(), startKillableDatabase()])
await redis.kill()
database.pause()
console.log(JSON.stringify([redis.pid, database.pid]))
