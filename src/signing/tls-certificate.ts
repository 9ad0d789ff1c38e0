import type { KeyObject, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { MailProfileError } from '../errors.js'
import { dateFindings, lifeOf } from './chain-dates.js'
import { chainEnd, parseCertificates, type Chain } from './chain.js'
import { chooseIdentity } from './choose-identity.js'
import { maySign } from '../certificates/key-usage.js'
import { parsePrivateKeys, type CertificateUse } from './private-key.js'
import { readSource } from './read-source.js'
import { createRenewable, type Renewable } from './renewable.js'

// What browsers take.
const MIN_MODULUS = 2048
const USE: CertificateUse = { title: 'TLS', section: 'tls' }
const ADVICE = {
  leaf: 'renew it, browsers refuse the server without it',
  issuer: 'clients refuse the server until the file holds the current one',
}

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
  /** When the first certificate of the whole chain ends. */
  readonly notAfter: Date
  /** "valid until 2027-02-01 (68 days left)", and which certificate it is that ends. */
  life(now: Date): string
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
      read: async () => [
        await readSource(source.certificate, 'tls.certificate'),
        await readSource(source.key, 'tls.key'),
      ],
      open: async ([certificate = Buffer.alloc(0), key = Buffer.alloc(0)]) => ({
        certificates: parseCertificates(certificate.toString('latin1'), USE),
        keys: await parsePrivateKeys(key, source.passphrase, USE),
      }),
      load: createTlsCertificate,
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
  opened: {
    readonly certificates: readonly X509Certificate[]
    readonly keys: readonly KeyObject[]
  },
  now: Date,
): TlsCertificate {
  const { key, chain } = chooseIdentity(opened.certificates, opened.keys, {
    use: USE,
    isFit: isFitForTls,
    hint: 'Renew it: browsers refuse the server.',
    now,
  })
  return {
    chain: chain.certificates,
    notAfter: chainEnd(chain),
    life: (at) => lifeOf(chain, at),
    secureContext: secureContextOf(chain, key),
    warnings: (at) => [
      ...gapWarnings(chain.gap),
      ...usageWarnings(chain.certificates[0]),
      ...dateFindings(chain, at, USE, ADVICE).map(({ sentence, details }) =>
        details === undefined ? sentence : `${sentence} ${details}`,
      ),
    ],
  }
}

// TLS 1.3 signs with every key (RFC 8446 section 4.4.2.2).
function isFitForTls(certificate: X509Certificate): boolean {
  return maySign(certificate, ['digitalSignature'])
}

function usageWarnings(certificate: X509Certificate): string[] {
  if (isFitForTls(certificate)) return []
  return [
    'The TLS certificate is not for signatures (its key usage lacks digitalSignature), which TLS 1.3 ' +
      'needs: clients may refuse the server.',
  ]
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
