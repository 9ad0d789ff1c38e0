import { createPublicKey, randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import forge from 'node-forge'
import { makeKey } from './make-chain.js'
import { reused } from './reused.js'
import { shared } from './shared.js'

/** What a server's certificate should be like; by default nothing is wrong with it. */
export interface CertificateOptions {
  /** Its DNS names and IP addresses; `localhost` and `mail.example.test` by default. */
  readonly names?: readonly string[]
  /** When it ends; in a month by default. */
  readonly notAfter?: Date
  /** When it begins; a month before it ends, or before now, by default. */
  readonly notBefore?: Date
  /** Signed by its own key: no authority knows it. */
  readonly selfSigned?: boolean
  /** What the root is called, if a client expects a certain name; `Test mail root` by default. */
  readonly authority?: readonly forge.pki.CertificateField[]
  /** The server does not send the intermediate certificate. */
  readonly withoutIntermediate?: boolean
}

/** Certificates that no client may accept. */
export const BAD_CERTIFICATES = {
  'for another name': { names: ['other.example.test'] },
  expired: { notAfter: new Date(Date.now() - 24 * 60 * 60 * 1000) },
  'self-signed': { selfSigned: true },
  'without its intermediate': { withoutIntermediate: true },
} as const satisfies Readonly<Record<string, CertificateOptions>>

/** In PEM. */
export interface ServerCertificate {
  /** The root of a throw-away authority, which is all that clients should trust. */
  readonly ca: string
  /** What the server sends, its own certificate first. */
  readonly chain: string
  /** PKCS#8. */
  readonly key: string
}

interface Party {
  readonly name: readonly forge.pki.CertificateField[]
  readonly publicKey: string
  readonly privateKey: string
}

const DAY = 24 * 60 * 60 * 1000
const NAMES = ['localhost', 'mail.example.test']

/** A server's certificate by an intermediate of an authority that is new to the file of tests, RSA 2048. */
export function createServerCertificate(options: CertificateOptions = {}): ServerCertificate {
  return newCertificate(JSON.stringify(options))
}

/** The same where nobody minds that other such servers and authorities have the same keys. */
export function commonServerCertificate(options: CertificateOptions = {}): ServerCertificate {
  return commonCertificate(JSON.stringify(options))
}

type Role = 'root' | 'intermediate' | 'server'

const commonKey = shared<Role, string>('server-key', () => makeKey('RSA-2048'))
const commonCertificate = shared('server-certificate', (options: string) =>
  makeCertificate(fromJson(options), commonKey),
)
const newCertificate = reused('new-server-certificate', (options: string) =>
  makeCertificate(fromJson(options), () => makeKey('RSA-2048')),
)

function fromJson(options: string): CertificateOptions {
  const { notAfter, notBefore, ...rest } = JSON.parse(options) as Omit<
    CertificateOptions,
    'notAfter' | 'notBefore'
  > & { readonly notAfter?: string; readonly notBefore?: string }
  return {
    ...rest,
    ...(notAfter === undefined ? {} : { notAfter: new Date(notAfter) }),
    ...(notBefore === undefined ? {} : { notBefore: new Date(notBefore) }),
  }
}

function makeCertificate(
  options: CertificateOptions,
  keyFor: (role: Role) => string,
): ServerCertificate {
  const { names = NAMES } = options
  const root = createParty(options.authority ?? commonName('Test mail root'), keyFor('root'))
  const intermediate = createParty(commonName('Test mail intermediate'), keyFor('intermediate'))
  const server = createParty(commonName(names[0] ?? ''), keyFor('server'))
  const authority = [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
  ]
  const leaf = issue(
    server,
    options.selfSigned === true ? server : intermediate,
    [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: names.map(altName) },
    ],
    options,
  )
  const alone = options.selfSigned === true || options.withoutIntermediate === true
  return {
    ca: issue(root, root, authority),
    chain: alone ? leaf : leaf + issue(intermediate, root, authority),
    key: server.privateKey,
  }
}

function altName(name: string) {
  return isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name }
}

function commonName(value: string): Party['name'] {
  return [{ name: 'commonName', value }]
}

function createParty(name: Party['name'], privateKey: string): Party {
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString()
  return { name, publicKey, privateKey }
}

function issue(
  subject: Party,
  issuer: Party,
  extensions: readonly object[],
  { notAfter = new Date(Date.now() + 30 * DAY), notBefore }: CertificateOptions = {},
): string {
  const made = forge.pki.createCertificate()
  made.publicKey = forge.pki.publicKeyFromPem(subject.publicKey)
  made.serialNumber = `4${randomBytes(16).toString('hex').slice(1)}`
  made.validity.notBefore =
    notBefore ?? new Date(Math.min(Date.now(), notAfter.getTime()) - 30 * DAY)
  made.validity.notAfter = notAfter
  made.setSubject([...subject.name])
  made.setIssuer([...issuer.name])
  made.setExtensions([...extensions, { name: 'subjectKeyIdentifier' }])
  made.sign(forge.pki.privateKeyFromPem(issuer.privateKey), forge.md.sha256.create())
  return forge.pki.certificateToPem(made).replaceAll('\r', '')
}
