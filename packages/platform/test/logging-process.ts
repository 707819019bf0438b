/** A process that logs the secrets of its configuration in every way that a careless caller or library might. */
import { createLogger, Fault, readConfig, secretsOf } from '../src/index.ts'

const config = readConfig()
const log = createLogger('canary', config)

class HttpError extends Error {
  readonly config: unknown
  readonly request: unknown
  readonly response: unknown

  constructor(secret: string) {
    super(`Request failed with token ${secret}`)
    this.config = { headers: { 'X-App-Token': secret }, auth: { username: 'me', password: secret } }
    this.request = { _header: `GET / HTTP/1.1\r\nX-App-Token: ${secret}\r\n` }
    this.response = { status: 403, config: this.config, data: { echo: secret } }
  }

  toJSON() {
    return { message: this.message, config: this.config }
  }
}

function logEverywhere(secret: string): void {
  const url = `mysql://importuser:${encodeURIComponent(secret)}@db:3306/rover`
  const nested = new Error('outer', { cause: new Error('middle', { cause: new Error(`inner ${secret}`) }) })
  const context = { header: `Authorization: ${secret}`, url }
  log.error({ err: new Error(`refused ${secret}`) }, 'error')
  log.error(new Error(`refused ${url}`))
  log.error({ err: nested }, 'nested')
  log.error({ err: new Error('outer', { cause: new Error(`cause ${secret}`) }) }, 'cause')
  log.error({ err: new HttpError(secret) }, 'http error')
  log.error({ error: new HttpError(secret), deep: { list: [{ secret }] } }, 'http error under another key')
  log.error({ err: secret }, 'thrown text')
  log.error({ err: { secret } }, 'thrown object')
  log.error(
    { err: new Fault({ code: 'CANARY', kind: 'terminal', message: secret, context, cause: nested }) },
    'fault',
  )
  log.child({ token: secret }).warn({ url }, 'child')
  log.info('text %s, document %j, object %o', secret, { secret }, { secret })
  log.info({ [secret]: 1 }, 'key')
  log.info(`not the decoded one, but ${url} and redis://:${encodeURIComponent(secret)}@cache:6379`)
}

for (const secret of secretsOf(config)) logEverywhere(secret)
log.info({ last: true }, 'all was logged')
