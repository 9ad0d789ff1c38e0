import { createPrivateKey, hkdfSync, X509Certificate, type KeyObject } from 'node:crypto'
import { MailProfileError } from '../errors.js'
import { signingAlgorithm } from './algorithm.js'
import { buildChain, parseCertificates, type Chain } from './chain.js'
import { createCmsSigner, type CmsSigner } from './cms.js'
import { parsePrivateKey, type CertificateUse } from './private-key.js'
import { readSource } from './read-source.js'
import { expiryWarnings, requireValid } from './validity.js'

const USE: CertificateUse = { title: 'signing', section: 'signing' }
const SECRET_BYTES = 32

/** A certificate chain and its private key, ready to sign. The key itself cannot be read from it. */
export interface SigningIdentity {
  /** The signer's certificate first, then its intermediates, without the root. */
  readonly chain: Chain['certificates']
  /** "RSA 2048 with SHA-256" */
  readonly algorithm: string
  readonly notAfter: Date
  /** Made by mailprofile itself: no device trusts it. */
  readonly development: boolean
  /** Wraps content in CMS SignedData. */
  readonly sign: CmsSigner
  /** What an operator should know now, in sentences; empty when all is well. */
  warnings(now: Date): string[]
  /** Whether devices can get from the certificate to a root, so that they may show “Verified”. */
  verifiable(now: Date): boolean
  /**
   * A secret of 32 bytes that whoever has the private key can make again, and nobody else: the same for
   * all copies of a server that share the key.
   *
   * @param purpose what it is for; each has another one
   */
  deriveSecret(purpose: string): Buffer
}

/** PEM text or bytes, or the path of a file that holds it. */
type PemSource = string | Uint8Array

export type SigningIdentitySource =
  | {
      /** The chain: the signer's certificate and its intermediates, PEM or a path. */
      readonly certificate: PemSource
      /** The private key, PEM or a path; PKCS#8, PKCS#1 or SEC 1. */
      readonly key: PemSource
      readonly passphrase?: string | undefined
    }
  | {
      /** The bytes of a PKCS#12 file, or its path. */
      readonly pkcs12: string | Uint8Array
      readonly passphrase?: string | undefined
    }

export interface IdentityOptions {
  /** The time at which the certificate has to be valid; the present by default. */
  readonly now?: Date
  readonly development?: boolean
}

/**
 * Loads and checks a signing identity.
 *
 * @throws MailProfileError `invalid_configuration` for files that are missing or cannot be read,
 *   `certificate_mismatch`, `certificate_expired` (not yet valid, too), `unsupported_key`
 */
export async function loadSigningIdentity(
  from: SigningIdentitySource,
  options: IdentityOptions = {},
): Promise<SigningIdentity> {
  const source = await readSigningIdentitySource(from)
  if ('pkcs12' in source) {
    const { openPkcs12 } = await import('./pkcs12.js')
    const { certificates, key } = openPkcs12(source.pkcs12, source.passphrase ?? '')
    return createSigningIdentity(
      certificates.map((der) => new X509Certificate(der)),
      createPrivateKey({ key, format: 'der', type: 'pkcs8' }),
      options,
    )
  }
  return createSigningIdentity(
    parseCertificates(source.certificate.toString('latin1'), USE),
    parsePrivateKey(source.key, source.passphrase, USE),
    options,
  )
}

/** A source with every file read. */
export type ReadSigningIdentitySource = { readonly passphrase?: string | undefined } & (
  { readonly certificate: Buffer; readonly key: Buffer } | { readonly pkcs12: Buffer }
)

/**
 * Reads what a source names.
 *
 * @throws MailProfileError `invalid_configuration` for a file that cannot be read
 */
export async function readSigningIdentitySource(
  source: SigningIdentitySource,
): Promise<ReadSigningIdentitySource> {
  if ('pkcs12' in source) {
    return { ...source, pkcs12: await readSource(source.pkcs12, 'signing.pkcs12') }
  }
  const [certificate, key] = await Promise.all([
    readSource(source.certificate, 'signing.certificate', isPem),
    readSource(source.key, 'signing.key', isPem),
  ])
  return { ...source, certificate, key }
}

/**
 * @param certificates the signer's and its intermediates, in any order
 * @throws MailProfileError as `loadSigningIdentity`
 */
export function createSigningIdentity(
  certificates: readonly X509Certificate[],
  key: KeyObject,
  { now = new Date(), development = false }: IdentityOptions = {},
): SigningIdentity {
  const algorithm = signingAlgorithm(key)
  const leaf = certificates.find((certificate) => certificate.checkPrivateKey(key))
  if (leaf === undefined) {
    throw new MailProfileError(
      'certificate_mismatch',
      'The signing key does not belong to any certificate in the certificate file.',
      { hint: 'Give the certificate and the key that were issued together.', field: 'signing.key' },
    )
  }
  const notAfter = requireValid(
    leaf,
    now,
    USE,
    'Renew it with the same key: devices refuse a replacement that another identity signed.',
  )
  const chain = buildChain(leaf, certificates)
  return {
    chain: chain.certificates,
    algorithm: algorithm.title,
    notAfter,
    development,
    sign: createCmsSigner(chain.certificates, key, algorithm),
    warnings: (at) => identityWarnings(chain, notAfter, development, at),
    verifiable: (at) => !development && chain.gap === undefined && at <= notAfter,
    deriveSecret: secretsOf(key),
  }
}

// RFC 5869. The key itself is looked at once, so that it does not lie about in another form.
function secretsOf(key: KeyObject): SigningIdentity['deriveSecret'] {
  let root: Buffer | undefined
  return (purpose) => {
    root ??= derive(key.export({ type: 'pkcs8', format: 'der' }), 'mailprofile secrets 1')
    return derive(root, purpose)
  }
}

function derive(material: Buffer, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', material, '', info, SECRET_BYTES))
}

/** CMS SignedData around content, signed by an identity; see `createCmsSigner` for its form. */
export function signCms(
  content: Uint8Array,
  identity: SigningIdentity,
  options: { readonly signingTime?: Date } = {},
): Promise<Uint8Array> {
  return identity.sign(content, options)
}

function identityWarnings(chain: Chain, notAfter: Date, development: boolean, now: Date): string[] {
  const warnings: string[] = []
  if (development) {
    warnings.push(
      'Profiles are signed with a development certificate: phones will show “Not Verified” until ' +
        'you configure a public certificate (signing.certificate and signing.key).',
    )
  } else if (chain.gap === 'self-signed') {
    warnings.push('The signing certificate is self-signed: phones will show “Not Verified”.')
  } else if (chain.gap === 'missing intermediate') {
    warnings.push(
      'The certificate file lacks the intermediate certificate: phones will show “Not Verified”. ' +
        'Use the full chain (fullchain.pem).',
    )
  }
  warnings.push(...expiryWarnings(notAfter, now, USE, 'renew it, keeping its key'))
  return warnings
}

function isPem(text: string): boolean {
  return text.includes('-----BEGIN')
}
