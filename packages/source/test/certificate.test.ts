import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createSocrataSource } from '../src/index.ts'
import { DATASET, fetchOne } from './scripted-portal.ts'
import { makeSelfSigned } from './self-signed.ts'

async function startSelfSigned() {
  const onRequest = vi.fn()
  const server = createServer(makeSelfSigned(), onRequest)
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  return { host: `localhost:${(server.address() as AddressInfo).port}`, onRequest }
}

// A trusted host may have a private address; that is no reason to believe any certificate.
it.each([
  ['', ''],
  [', whatever NODE_TLS_REJECT_UNAUTHORIZED says', '0'],
])('a certificate that signed itself is refused, before anything is sent%s', async (_case, value) => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', value)
  onTestFinished(() => void vi.unstubAllEnvs())
  const { host, onRequest } = await startSelfSigned()
  const source = createSocrataSource({
    url: `https://${host}`,
    dataset: DATASET,
    appTokens: new Map([[host, 'canary-token']]),
    insecureHosts: [host],
  })
  onTestFinished(() => source.close())
  await expect(fetchOne(source)).rejects.toMatchObject({
    code: 'SOURCE_UNREACHABLE',
    message: expect.stringContaining('self-signed certificate'),
  })
  expect(onRequest).not.toHaveBeenCalled()
})
