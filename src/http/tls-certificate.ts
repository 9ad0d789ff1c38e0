import type { KeyObject } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { MailProfileError } from '../errors.js'
import { buildChain, parseCertificates, type Chain } from '../signing/chain.js'
import { parsePrivateKey, type CertificateUse } from '../signing/private-key.js'
import { readSource } from '../signing/read-source.js'
import { createRenewable, type Renewable } from '../signing/renewable.js'
import { expiryWarnings, requireValid } from '../signing/validity.js'

// What browsers take.
const MIN_MODULUS = 2048
const USE: CertificateUse = { title: 'TLS', section: 'tls' }

/** Where the listener's certificate comes from: paths. */
export interface TlsCertificateSource {
  /** PEM: the server's certificate and its intermediates. */
  readonly certificate: string
  /** PEM: PKCS#8, PKCS#1 or SEC 1. */
  readonly key: string
  readonly passphrase?: string | undefined
}

/** What the listener presents to its clients. */
export interface TlsCertificate {
  readonly chain: Chain['certificates']
  readonly notAfter: Date
  /** For `tls.createSecureContext`. */
  readonly secureContext: { readonly cert: string; readonly key: string }
  /** What an operator should know now, in sentences; empty when all is well. */
  warnings(now: Date): string[]
}

/** The listener's certificate, and looks for a renewed one. */
export interface RenewableTlsCertificate extends Pick<Renewable<TlsCertificate>, 'renew'> {
  /** Always the newest that was good. */
  readonly current: TlsCertificate
  /** What an operator should know now, in sentences; a renewal that cannot be used is among it. */
  warnings(now: Date): string[]
}

/**
 * Loads the certificate of an https listener, which can be renewed while it is in use.
 *
 * @throws MailProfileError `invalid_configuration` for files that are missing or cannot be read,
 *   `certificate_mismatch`, `certificate_expired` (not yet valid, too), `unsupported_key` for what
 *   Node's TLS does not take; for the first load only
 */
export async function loadTlsCertificate(
  source: TlsCertificateSource,
  now: Date,
): Promise<RenewableTlsCertificate> {
  const renewable = await createRenewable(
    {
      read: () =>
        Promise.all([
          readSource(source.certificate, 'tls.certificate'),
          readSource(source.key, 'tls.key'),
        ]),
      load: ([certificate = Buffer.alloc(0), key = Buffer.alloc(0)], at) =>
        // Synchronous, and yet its errors have to be those of a promise.
        Promise.resolve().then(() => createTlsCertificate(certificate, key, source.passphrase, at)),
      // To clients of https it is all the same.
      hasSameKey: () => true,
      isSuspect: (renewed, current) => renewed.chain.length < current.chain.length,
    },
    now,
  )
  return {
    renew: renewable.renew,
    get current() {
      return renewable.current
    },
    warnings: (at) => [
      ...renewable.current.warnings(at),
      // Anybody may read them, and the reason may name a path: it has been logged.
      ...(renewable.isRefused
        ? ['The renewed TLS certificate is not used: the log says why.']
        : []),
    ],
  }
}

function createTlsCertificate(
  certificatePem: Buffer,
  keyPem: Buffer,
  passphrase: string | undefined,
  now: Date,
): TlsCertificate {
  const certificates = parseCertificates(certificatePem.toString('latin1'), USE)
  const key = parsePrivateKey(keyPem, passphrase, USE)
  const leaf = certificates.find((certificate) => certificate.checkPrivateKey(key))
  if (leaf === undefined) {
    throw new MailProfileError(
      'certificate_mismatch',
      'The TLS key does not belong to any certificate in the certificate file.',
      { hint: 'Give the certificate and the key that were issued together.', field: 'tls.key' },
    )
  }
  const notAfter = requireValid(leaf, now, USE, 'Renew it: browsers refuse the server.')
  const chain = buildChain(leaf, certificates)
  return {
    chain: chain.certificates,
    notAfter,
    secureContext: secureContextOf(chain, key),
    warnings: (at) => [
      ...gapWarnings(chain.gap),
      ...expiryWarnings(notAfter, at, USE, 'renew it, browsers refuse the server without it'),
    ],
  }
}

function secureContextOf({ certificates }: Chain, key: KeyObject): TlsCertificate['secureContext'] {
  const options = {
    // OpenSSL takes the first one for the server's own, whatever the file's order.
    cert: certificates.map((certificate) => certificate.toString()).join(''),
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
  try {
    const bits = key.asymmetricKeyDetails?.modulusLength ?? MIN_MODULUS
    if (bits < MIN_MODULUS) throw new Error(`${bits} bits`)
    createSecureContext(options)
  } catch (cause) {
    throw new MailProfileError('unsupported_key', 'This TLS certificate or its key is too weak.', {
      hint: 'Use a key of P-256, or RSA with 2048 bits, and a signature with SHA-256.',
      field: 'tls.key',
      cause,
    })
  }
  return options
}

function gapWarnings(gap: Chain['gap']): string[] {
  switch (gap) {
    case 'self-signed':
      return [
        'The TLS certificate is self-signed: browsers warn of the server, and phones refuse it.',
      ]
    case 'missing intermediate':
      return [
        'The TLS certificate file lacks the intermediate certificate: phones refuse the server. ' +
          'Use the full chain (fullchain.pem).',
      ]
    case undefined:
      return []
  }
}
