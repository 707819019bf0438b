import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

const ECDSA_SHA256 = '300a06082a8648ce3d040302'
const IS_AUTHORITY = '300f0603551d130101ff040530030101ff'
const DAY_MS = 86_400_000

/** A key and a certificate, as a TLS server takes them. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

export interface CertificateOptions {
  /** The host name it is for. */
  readonly host: string
  /** Days from now until it is valid, and until it is no longer. */
  readonly fromDay?: number
  readonly toDay?: number
}

/** An authority made anew, so that no private key lies in the repository, and the certificates it gives out. */
export function createAuthority(name: string) {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const subject = distinguishedName(name)
  const own = {
    issuer: subject,
    subject,
    publicKey: keys.publicKey,
    fromDay: -10,
    toDay: 10,
    extension: IS_AUTHORITY,
  }
  return {
    /** For those who trust it. */
    cert: toPem(signed(own, keys.privateKey)),
    issue: (options: CertificateOptions): Certificate => {
      const server = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      return issueFor(options, server, { issuer: subject, key: keys.privateKey })
    },
  }
}

/** A certificate that vouches for itself. */
export function createSelfSigned(options: CertificateOptions): Certificate {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return issueFor(options, keys, { issuer: distinguishedName(options.host), key: keys.privateKey })
}

interface Keys {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

function issueFor(
  { host, fromDay = -1, toDay = 1 }: CertificateOptions,
  { publicKey, privateKey }: Keys,
  { issuer, key }: { readonly issuer: string; readonly key: KeyObject },
): Certificate {
  const names = der('30', der('82', hex(host)))
  const extension = der('30', '0603551d11', der('04', names))
  const body = { issuer, subject: distinguishedName(host), publicKey, fromDay, toDay, extension }
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: toPem(signed(body, key)),
  }
}

interface Body {
  readonly issuer: string
  readonly subject: string
  readonly publicKey: KeyObject
  readonly fromDay: number
  readonly toDay: number
  /** DER, hex. */
  readonly extension: string
}

/** Of one byte: the few certificates of a test file need no more. */
let serial = 0

function signed({ issuer, subject, publicKey, fromDay, toDay, extension }: Body, key: KeyObject): string {
  serial += 1
  const validity = der('30', utcTime(fromDay), utcTime(toDay))
  const publicInfo = publicKey.export({ type: 'spki', format: 'der' }).toString('hex')
  const number = der('02', serial.toString(16).padStart(2, '0'))
  const extensions = der('a3', der('30', extension))
  const parts = ['a003020102', number, ECDSA_SHA256, issuer, validity, subject, publicInfo, extensions]
  const body = der('30', ...parts)
  const signature = sign('sha256', Buffer.from(body, 'hex'), key).toString('hex')
  return der('30', body, ECDSA_SHA256, der('03', '00', signature))
}

/** One DER element: tag, length, content (hex). */
function der(tag: string, ...parts: string[]): string {
  const content = parts.join('')
  const bytes = content.length / 2
  const size = bytes.toString(16).padStart(bytes > 255 ? 4 : 2, '0')
  return `${tag}${bytes < 128 ? '' : bytes > 255 ? '82' : '81'}${size}${content}`
}

const hex = (text: string) => Buffer.from(text).toString('hex')

const distinguishedName = (name: string) =>
  der('30', der('31', der('30', '0603550403', der('0c', hex(name)))))

function utcTime(day: number): string {
  const time = new Date(Date.now() + day * DAY_MS).toISOString()
  return der('17', hex(`${time.replaceAll(/[-:T]/g, '').slice(2, 14)}Z`))
}

function toPem(certificate: string): string {
  const lines = Buffer.from(certificate, 'hex').toString('base64')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}
