import { createPrivateKey, hkdfSync, X509Certificate, type KeyObject } from 'node:crypto'
import { MailProfileError } from '../errors.js'
import { signingAlgorithm } from './algorithm.js'
import { chainEnd, parseCertificates, type Chain } from './chain.js'
import { lifeOf } from './chain-dates.js'
import { chooseIdentity } from './choose-identity.js'
import { createCmsSigner, type CmsSigner } from './cms.js'
import { parsePrivateKeys } from './private-key.js'
import { readSource } from './read-source.js'
import { createRoots } from '../certificates/roots.js'
import { isFitToSign, judgeTrust, SIGNING_USE, trustWarnings, type TrustVerdict } from './trust.js'

const SECRET_BYTES = 32

/** A certificate chain and its private key, ready to sign. The key itself cannot be read from it. */
export interface SigningIdentity {
  /** The signer's certificate first, then its intermediates, without the root. */
  readonly chain: Chain['certificates']
  /** "RSA 2048 with SHA-256" */
  readonly algorithm: string
  /** When the first certificate of the whole chain ends: from then on nothing that was signed verifies. */
  readonly notAfter: Date
  /** Made by mailprofile itself: no device trusts it. */
  readonly development: boolean
  /** Wraps content in CMS SignedData. */
  readonly sign: CmsSigner
  /** Whether devices show “Verified” for what it signs, and why not. */
  trust(now: Date): TrustVerdict
  /** "valid until 2027-02-01 (68 days left)", and which certificate it is that ends. */
  life(now: Date): string
  /** What an operator should know now, in sentences; empty when all is well. */
  warnings(now: Date): string[]
  /** Whether the verdict is good, so that devices may show “Verified”. */
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
export type PemSource = string | Uint8Array

/** Where a signing identity comes from. */
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

/** How an identity is judged when it is loaded. */
export interface IdentityOptions {
  /** The time at which the certificate has to be valid; the present by default. */
  readonly now?: Date
  readonly development?: boolean
  /** The roots that devices trust, PEM, for the verdict; by default those that Node ships (Mozilla's). */
  readonly roots?: readonly string[] | undefined
}

/**
 * Loads and checks a signing identity.
 *
 * @throws MailProfileError `invalid_configuration` for files that are missing or cannot be read,
 *   `certificate_mismatch`, `certificate_expired` (not yet valid, too), `unsupported_key`
 *
 * @example
 * ```ts
 * import { loadSigningIdentity } from 'mailprofile'
 *
 * const signingIdentity = await loadSigningIdentity({
 *   certificate: 'fullchain.pem',
 *   key: 'privkey.pem',
 * })
 * // Whether devices will show “Verified”; the root of this one is nobody's.
 * console.log(signingIdentity.trust(new Date()).reason) // unknown root
 * ```
 */
export async function loadSigningIdentity(
  from: SigningIdentitySource,
  options: IdentityOptions = {},
): Promise<SigningIdentity> {
  const source = await readSigningIdentitySource(from)
  return createSigningIdentity(await openSigningMaterial(source), options)
}

/** What signing files hold, opened. */
export interface SigningMaterial {
  readonly certificates: readonly X509Certificate[]
  readonly keys: readonly KeyObject[]
}

/**
 * Opens what was read, without holding up the event loop.
 *
 * @throws MailProfileError `invalid_configuration`
 */
export async function openSigningMaterial(
  source: ReadSigningIdentitySource,
): Promise<SigningMaterial> {
  if (!('pkcs12' in source)) {
    return {
      certificates: parseCertificates(source.certificate.toString('latin1'), SIGNING_USE),
      keys: await parsePrivateKeys(source.key, source.passphrase, SIGNING_USE),
    }
  }
  const { openPkcs12 } = await import('./pkcs12.js')
  const { certificates, keys } = await openPkcs12(source.pkcs12, source.passphrase ?? '')
  if (keys.length === 0) {
    throw new MailProfileError('invalid_configuration', 'The PKCS#12 file holds no private key.', {
      field: 'signing.pkcs12',
    })
  }
  try {
    return {
      certificates: certificates.map((der) => new X509Certificate(der)),
      keys: keys.map((key) => createPrivateKey({ key, format: 'der', type: 'pkcs8' })),
    }
  } catch (cause) {
    throw new MailProfileError(
      'invalid_configuration',
      'A certificate or a key in the PKCS#12 file cannot be read.',
      { field: 'signing.pkcs12', cause },
    )
  }
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
  requirePassphraseText(source)
  if ('pkcs12' in source) {
    return { ...source, pkcs12: await readSource(source.pkcs12, 'signing.pkcs12') }
  }
  // One after the other: where both are missing, the same one is named each time.
  const certificate = await readSource(source.certificate, 'signing.certificate', isPem)
  const key = await readSource(source.key, 'signing.key', isPem)
  return { ...source, certificate, key }
}

// Without types anybody may give bytes or a number, which nothing of a file opens with.
function requirePassphraseText({ passphrase }: { readonly passphrase?: unknown }): void {
  if (passphrase === undefined || typeof passphrase === 'string') return
  throw new MailProfileError('invalid_configuration', 'The passphrase has to be text.', {
    field: 'signing.passphrase',
  })
}

/** @throws MailProfileError as `loadSigningIdentity` */
export function createSigningIdentity(
  { certificates, keys }: SigningMaterial,
  { now = new Date(), development = false, roots }: IdentityOptions = {},
): SigningIdentity {
  const { key, chain } = chooseIdentity(certificates, usableKeys(keys), {
    use: SIGNING_USE,
    isFit: isFitToSign,
    hint: 'Renew it with the same key: devices refuse a replacement that another identity signed.',
    now,
    roots: roots && createRoots(roots),
  })
  const algorithm = signingAlgorithm(key)
  // One that says of itself that it is for development is, whatever it was loaded as.
  const trust = (at: Date) => judgeTrust(chain, at, development ? { development } : {})
  return {
    chain: chain.certificates,
    algorithm: algorithm.title,
    notAfter: chainEnd(chain),
    development,
    sign: createCmsSigner(chain.certificates, key, algorithm),
    trust,
    life: (at) => lifeOf(chain, at),
    warnings: (at) => trustWarnings(trust(at)),
    verifiable: (at) => trust(at).reason === 'good',
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

/** Those that can sign; where there are none, the error that says why of the first. */
function usableKeys(keys: readonly KeyObject[]): readonly KeyObject[] {
  const usable = keys.filter((key) => {
    try {
      signingAlgorithm(key)
      return true
    } catch {
      return false
    }
  })
  const [first] = keys
  if (usable.length === 0 && first !== undefined) signingAlgorithm(first)
  return usable
}

/**
 * CMS SignedData around content, signed by an identity; see `createCmsSigner` for its form.
 *
 * @example
 * ```ts
 * import { createDevelopmentIdentity, signCms } from 'mailprofile'
 *
 * const identity = await createDevelopmentIdentity()
 * const signed = await signCms(new TextEncoder().encode('hello'), identity)
 * console.log(signed[0]?.toString(16)) // 30
 * ```
 */
export function signCms(
  content: Uint8Array,
  identity: SigningIdentity,
  options: { readonly signingTime?: Date } = {},
): Promise<Uint8Array> {
  return identity.sign(content, options)
}

function isPem(text: string): boolean {
  return text.includes('-----BEGIN')
}
