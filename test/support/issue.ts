import { createPublicKey, randomBytes } from 'node:crypto'
import forge from 'node-forge'
import { createKey } from './certificates.js'

/** A name and a key, RSA 2048. */
export interface Party {
  readonly name: string
  readonly publicKey: string
  /** PKCS#8 in PEM. */
  readonly key: string
}

export interface IssueOptions {
  /** Days from now. */
  readonly from?: number
  readonly to?: number
  /** Whether it may issue others. */
  readonly ca?: boolean
  /** Those of forge's names that are set; digitalSignature, or keyCertSign of an authority, by default. */
  readonly keyUsage?: Readonly<Record<string, true>>
  /** In hexadecimal. */
  readonly serialNumber?: string
  /** Attributes of the subject besides the common name. */
  readonly subject?: readonly forge.pki.CertificateField[]
  /** Its DNS names. */
  readonly hosts?: readonly string[]
}

const DAY = 24 * 60 * 60 * 1000

export function createParty(name: string): Party {
  const key = createKey('RSA-2048')
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()
  return { name, publicKey, key }
}

/** A certificate in PEM, with dates that openssl's x509 command cannot give. */
export function issue(subject: Party, issuer: Party, options: IssueOptions = {}): string {
  const { from = -10, to = 90, ca = false, serialNumber } = options
  const usage = ca ? { keyCertSign: true } : { digitalSignature: true }
  const made = forge.pki.createCertificate()
  made.publicKey = forge.pki.publicKeyFromPem(subject.publicKey)
  made.serialNumber = serialNumber ?? `4${randomBytes(8).toString('hex').slice(1)}`
  // Whole days, so that equal options give equal dates.
  const today = Math.floor(Date.now() / DAY) * DAY
  made.validity.notBefore = new Date(today + from * DAY)
  made.validity.notAfter = new Date(today + to * DAY)
  const common = { name: 'commonName', value: subject.name, valueTagClass: 12 as never }
  const named = [...(options.subject ?? []), ...(subject.name === '' ? [] : [common])]
  made.setSubject(named)
  made.setIssuer(issuer === subject ? named : [{ ...common, value: issuer.name }])
  made.setExtensions([
    { name: 'basicConstraints', cA: ca, critical: true },
    { name: 'keyUsage', critical: true, ...(options.keyUsage ?? usage) },
    { name: 'subjectKeyIdentifier' },
    ...(options.hosts === undefined
      ? []
      : [{ name: 'subjectAltName', altNames: options.hosts.map((value) => ({ type: 2, value })) }]),
  ])
  made.sign(forge.pki.privateKeyFromPem(issuer.key), forge.md.sha256.create())
  return forge.pki.certificateToPem(made).replaceAll('\r', '')
}

const RSA_ENCRYPTION = Buffer.from('06092a864886f70d010101', 'hex')

/**
 * A certificate, or what holds one, whose key is of a kind that this OpenSSL does not know, as those of
 * newer algorithms are: the first RSA key gets another identifier.
 */
export function withUnknownKey(der: Uint8Array): Buffer {
  const changed = Buffer.from(der)
  changed[changed.indexOf(RSA_ENCRYPTION) + RSA_ENCRYPTION.length - 1] = 0x63
  return changed
}
