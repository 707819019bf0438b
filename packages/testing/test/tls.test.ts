import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { createLogger, readConfig } from '@gather/platform'
import { openServices } from '@gather/runs'
import { loadTopic, parseTopic } from '@gather/topics'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { eventually } from '../src/eventually.ts'
import { type Certificate, createAuthority, createSelfSigned } from './certificates.ts'
import { startDatabaseServer, startTlsServer } from './tls-servers.ts'

const SECRET = 'canary-Secret-789'
const trusted = createAuthority('an authority of the test')
const stranger = createAuthority('another authority')
const host = 'localhost'

const GOOD = trusted.issue({ host })
const BAD: readonly (readonly [string, Certificate])[] = [
  ['that has expired', trusted.issue({ host, fromDay: -9, toDay: -1 })],
  ['that is not valid yet', trusted.issue({ host, fromDay: 1, toDay: 9 })],
  ['of another host', trusted.issue({ host: 'elsewhere.example' })],
  ['that vouches for itself', createSelfSigned({ host })],
  ['of an authority that is not trusted', stranger.issue({ host })],
]
const CASES = BAD.flatMap(([what, certificate]) =>
  ['', '0'].map(
    (reject) =>
      [`${what}${reject && ', whatever NODE_TLS_REJECT_UNAUTHORIZED says'}`, certificate, reject] as const,
  ),
)

let folder: string
const before = getCACertificates('default')
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gather-tls-'))
  writeFileSync(join(folder, 'ca.pem'), trusted.cert)
  setDefaultCACertificates([...before, trusted.cert])
})
afterAll(() => {
  setDefaultCACertificates(before)
  rmSync(folder, { recursive: true })
})

/** The product's own services as an environment describes them, and the errors that their connections report. */
function open(env: Record<string, string>) {
  const services = { MYSQL_URL: 'mysql://u:p@127.0.0.1:1/rover', REDIS_URL: 'redis://127.0.0.1:1' }
  const config = readConfig({ ...services, ...env })
  const errors: string[] = []
  const log = createLogger('test', { ...config, logLevel: 'silent' })
  log.warn = (fields: unknown) => {
    if (typeof fields === 'object' && fields !== null && 'err' in fields) errors.push(String(fields.err))
  }
  const opened = openServices(config, log)
  onTestFinished(() => opened.close())
  return { opened, errors }
}

function ignoreCertificates(value: string): void {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', value)
  onTestFinished(() => void vi.unstubAllEnvs())
}

const FLAWS = /certificate|expired|altnames|self[- ]signed|CERT_|unable to verify/i

describe('S16: the database', () => {
  const ask = async (certificate: Certificate | undefined) => {
    const server = await startDatabaseServer(certificate)
    const url = `mysql://ann:${SECRET}@${host}:${server.port}/rover`
    const { opened } = open({ MYSQL_URL: url, MYSQL_CA_FILE: join(folder, 'ca.pem') })
    const error = await opened.database.rows('SELECT 1').catch((fault: unknown) => fault)
    return { server, error }
  }

  test('with a good certificate is told who we are', async () => {
    const { server } = await ask(GOOD)
    expect(server.received()).toContain('ann')
  })

  test.each(CASES)('with a certificate %s is told nothing', async (_what, certificate, reject) => {
    ignoreCertificates(reject)
    const { server, error } = await ask(certificate)
    expect(String(error)).toMatch(FLAWS)
    expect(server.connectionCount()).toBe(1)
    expect(server.received()).toBe('')
  })

  test('that says it has no TLS is told nothing either where MYSQL_CA_FILE asks for TLS', async () => {
    const { server, error } = await ask(undefined)
    expect(error).toMatchObject({ name: 'Fault' })
    expect(server.received()).toBe('')
  })
})

describe('S16: a portal', () => {
  const ask = async (certificate: Certificate) => {
    const server = await startTlsServer(certificate)
    const place = `${host}:${server.port}`
    const { opened } = open({ SOCRATA_APP_TOKENS: `${place}=${SECRET}`, INSECURE_SOURCE_HOSTS: place })
    const { definition } = loadTopic('pet_license')
    const topic = parseTopic(
      { ...definition, source: { ...definition.source, url: `https://${place}` } },
      'test',
    )
    const stop = new AbortController()
    onTestFinished(() => stop.abort())
    return { server, outcome: opened.openSource(topic).count(undefined, stop.signal) }
  }

  test('with a good certificate is asked', async () => {
    const { server, outcome } = await ask(GOOD)
    outcome.catch(() => {})
    await eventually('the request', () => server.received().includes(SECRET))
  })

  test.each(CASES)('with a certificate %s is not', async (_what, certificate, reject) => {
    ignoreCertificates(reject)
    const { server, outcome } = await ask(certificate)
    await expect(outcome).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      message: expect.stringMatching(FLAWS),
    })
    expect(server.received()).toBe('')
  })
})

describe('S16: Redis', () => {
  const connect = async (certificate: Certificate) => {
    const server = await startTlsServer(certificate)
    return { server, ...open({ REDIS_URL: `rediss://:${SECRET}@${host}:${server.port}` }) }
  }

  test('with a good certificate is told the password', async () => {
    const { server } = await connect(GOOD)
    await eventually('the login', () => server.received().includes(SECRET))
  })

  test.each(CASES)('with a certificate %s is told nothing', async (_what, certificate, reject) => {
    ignoreCertificates(reject)
    const { server, errors } = await connect(certificate)
    await eventually('a second try', () => server.connectionCount() > 1)
    expect(errors.join()).toMatch(FLAWS)
    expect(server.received()).toBe('')
  })
})
