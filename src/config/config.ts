import type { AuthorizationServer } from '../account/mail-service.js'
import type { Finished } from './description.js'
import type { KEYS } from './keys.js'
import type { SecurityTxt } from './values-of-app.js'

/** The configuration with all defaults, as it is written. */
export type Described = Finished<typeof KEYS>

/** A certificate chain and its key: paths, absolute. */
export type TlsConfig = Complete<NonNullable<Described['tls']>, 'certificate' | 'key'>

/** Where a signing identity comes from: paths, absolute. */
export type SigningConfig =
  TlsConfig | Complete<Pick<NonNullable<Described['signing']>, 'pkcs12' | 'passphrase'>, 'pkcs12'>

/** Where the operator's people are listed: exactly one of `ldap`, `sql`, `command` and `csv` is there. */
export type DirectoryConfig = NonNullable<Described['directory']>

/** A database of people; the URL may hold a password. */
export type SqlDirectory = NonNullable<DirectoryConfig['sql']>

/** How invitations get to their people: exactly one of `smtp` and `webhook` is there, with all that it needs. */
export interface DeliveryConfig extends Omit<NonNullable<Described['delivery']>, 'smtp'> {
  readonly smtp?: SmtpServer | undefined
}

/** A server that takes mail. */
export type SmtpServer = Complete<
  NonNullable<NonNullable<Described['delivery']>['smtp']>,
  'port' | 'security'
>

/** What an operator can set; everything is optional, and all paths are absolute. `KEYS` tells of each. */
export interface Config extends Omit<
  Described,
  'serve' | 'signing' | 'tls' | 'store' | 'securityTxt' | 'oauth' | 'delivery' | 'tenants'
> {
  /** The configuration file, if there is one. */
  readonly file?: string | undefined
  /** Where that was looked for, if it was not there. */
  readonly missingFile?: string | undefined
  readonly serve: Complete<Described['serve'], 'catalogue'>
  readonly signing?: SigningConfig | undefined
  /** The listener's own certificate: with one it speaks https. */
  readonly tls?: TlsConfig | undefined
  /** `sqlite:` with an absolute path, `redis:`, `rediss:` or `memory:`; chosen at the start by default. */
  readonly store?: string | undefined
  /** How many replicas of Redis have to have a step before it counts: none by default. */
  readonly storeReplicas?: number | undefined
  readonly securityTxt?: SecurityTxt | undefined
  /** Where the operator's people sign in by OAuth. */
  readonly oauth?: AuthorizationServer | undefined
  /** How invitations get to their people; nothing is sent without it. */
  readonly delivery?: DeliveryConfig | undefined
  /** Those that the server answers for besides the top level, or instead of it. */
  readonly tenants: readonly TenantConfig[]
}

/**
 * The configuration as one of several tenants has it: what is its own, what it has from the top level, and
 * what is the server's.
 */
export interface TenantConfig extends Config {
  /** What it is called in the program and in its log: the host of `baseUrl`, in lower-case A-labels. */
  readonly name: string
  /** Where it stands in the file: `tenants[1]`. */
  readonly key: string
  readonly baseUrl: string
}

/** With these keys there for certain. */
export type Complete<T, K extends keyof T> = Omit<T, K> & { readonly [P in K]-?: NonNullable<T[P]> }
