import { generateKeyPairSync, sign } from 'node:crypto'

const ECDSA_SHA256 = '300a06082a8648ce3d040302'

/** One DER element: tag, length, content (hex). */
function der(tag: string, ...parts: string[]): string {
  const content = parts.join('')
  const bytes = content.length / 2
  const size = bytes.toString(16).padStart(bytes > 255 ? 4 : 2, '0')
  return `${tag}${bytes < 128 ? '' : bytes > 255 ? '82' : '81'}${size}${content}`
}

const hex = (text: string) => Buffer.from(text).toString('hex')

/** A key and a certificate for `localhost` that signed itself, made anew so that no private key lies in the repository. */
export function makeSelfSigned(): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = der('30', der('31', der('30', '0603550403', der('0c', hex('localhost')))))
  const validity = der('30', der('17', hex('200101000000Z')), der('17', hex('491231235959Z')))
  const publicInfo = publicKey.export({ type: 'spki', format: 'der' }).toString('hex')
  const body = der('30', der('02', '01'), ECDSA_SHA256, name, validity, name, publicInfo)
  const signature = sign('sha256', Buffer.from(body, 'hex'), privateKey).toString('hex')
  const bytes = Buffer.from(der('30', body, ECDSA_SHA256, der('03', '00', signature)), 'hex')
  const cert = `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64')}\n-----END CERTIFICATE-----\n`
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert }
}
