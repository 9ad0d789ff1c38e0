import { MailProfileError } from '../errors.js'
import { withDefaults } from './defaults.js'
import type { Finished } from './description.js'
import type { KEYS } from './keys.js'
import type { RawConfig } from './schema.js'

type Described = Finished<typeof KEYS>

/** A certificate chain and its key: paths, absolute. */
export type TlsConfig = Complete<NonNullable<Described['tls']>, 'certificate' | 'key'>

/** Where a signing identity comes from: paths, absolute. */
export type SigningConfig =
  TlsConfig | Complete<Pick<NonNullable<Described['signing']>, 'pkcs12' | 'passphrase'>, 'pkcs12'>

/** What `/.well-known/security.txt` says: RFC 9116, section 2.5. */
export type SecurityTxt = Complete<NonNullable<Described['securityTxt']>, 'contact'>

/** What only the owner of a domain can promise of https (RFC 6797, section 6.1; hstspreload.org). */
export type TransportSecurity = Described['hsts']

/** Of settings that were found: none, or those that a domain publishes for servers of its own. */
export type SignFound = Described['discovery']['sign']

/** What an operator can set; everything is optional, and all paths are absolute. `KEYS` tells of each. */
export interface Config extends Omit<
  Described,
  'serve' | 'signing' | 'tls' | 'store' | 'securityTxt'
> {
  /** The configuration file, if there is one. */
  readonly file?: string | undefined
  readonly serve: Complete<Described['serve'], 'catalogue'>
  readonly signing?: SigningConfig | undefined
  /** The listener's own certificate: with one it speaks https. */
  readonly tls?: TlsConfig | undefined
  /** `sqlite:` with an absolute path, `redis:`, `rediss:` or `memory:`; chosen at the start by default. */
  readonly store?: string | undefined
  /** How many replicas of Redis have to have a step before it counts: none by default. */
  readonly storeReplicas?: number | undefined
  readonly securityTxt?: SecurityTxt | undefined
}

type Complete<T, K extends keyof T> = Omit<T, K> & { readonly [P in K]-?: NonNullable<T[P]> }

/**
 * The configuration with all defaults.
 *
 * @param file where it came from
 * @throws MailProfileError `invalid_configuration` where two keys do not go together, or one lacks the
 *   other
 */
export function createConfig(raw: RawConfig, file: string | undefined): Config {
  const { signing, tls, store, securityTxt, serve, ...others } = withDefaults(raw)
  const namesDomains = serve.domains !== undefined || serve.domainsFile !== undefined
  return {
    ...others,
    file,
    signing: signing && finishSigning(signing),
    serve: { ...serve, catalogue: serve.catalogue ?? !namesDomains },
    tls: tls && finishTls(tls),
    ...finishStore(store),
    securityTxt: securityTxt && finishSecurityTxt(securityTxt),
  }
}

function finishSigning(signing: NonNullable<Described['signing']>): SigningConfig {
  const { certificate, key, pkcs12, passphrase } = signing
  if (pkcs12 !== undefined && certificate === undefined && key === undefined) {
    return { pkcs12, passphrase }
  }
  if (pkcs12 === undefined && certificate !== undefined && key !== undefined) {
    return { certificate, key, passphrase }
  }
  throw incomplete(
    'signing',
    pkcs12 === undefined
      ? `signing needs certificate and key, or pkcs12: ${missing(certificate, key)}.`
      : 'signing needs either certificate and key, or pkcs12: there are both.',
  )
}

function finishTls({ certificate, key, passphrase }: NonNullable<Described['tls']>): TlsConfig {
  if (certificate !== undefined && key !== undefined) return { certificate, key, passphrase }
  throw incomplete('tls', `tls needs certificate and key: ${missing(certificate, key)}.`)
}

function finishStore(store: Described['store']): Pick<Config, 'store' | 'storeReplicas'> {
  if (store === undefined) return {}
  const { url, replicas } = store
  if (url === undefined) {
    throw incomplete('store', 'store needs a url, such as redis://127.0.0.1:6379.')
  }
  if (replicas === undefined) return { store: url }
  if (replicas > 0 && !/^rediss?:/.test(url)) {
    throw new MailProfileError(
      'invalid_configuration',
      'store.replicas is for Redis: no other store has replicas.',
      { hint: 'Leave it out, or name a redis:// or rediss:// address in store.', field: 'store' },
    )
  }
  return { store: url, storeReplicas: replicas }
}

function finishSecurityTxt({
  contact,
  ...rest
}: NonNullable<Described['securityTxt']>): SecurityTxt {
  if (contact !== undefined) return { contact, ...rest }
  throw incomplete(
    'securityTxt',
    'securityTxt needs a contact, such as mailto:security@example.com.',
  )
}

function missing(certificate: string | undefined, key: string | undefined): string {
  if (certificate !== undefined) return 'key is missing'
  return key === undefined ? 'both are missing' : 'certificate is missing'
}

function incomplete(field: string, message: string): MailProfileError {
  return new MailProfileError('invalid_configuration', message, {
    hint: 'They may come from the file and from the environment (MAILPROFILE_…), one each.',
    field,
  })
}
