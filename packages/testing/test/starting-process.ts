import { startApp } from '../src/app-process.ts'

const NOWHERE = '127.0.0.1:9'
const { pid } = startApp('worker', {
  REDIS_URL: `redis://${NOWHERE}`,
  MYSQL_URL: `mysql://nobody:nothing@${NOWHERE}/rover`,
})
process.stdout.write(`${pid}\n`)
