import { MailProfileError } from '../errors.js'
import { DEFAULT_LIMITS, type LimitsConfig } from './limits.js'
import type { RawConfig } from './schema.js'

// Where Thunderbird for Android, FairEmail and KMail ask.
const DEFAULT_ISPDB = 'https://autoconfig.thunderbird.net/v1.1'
const DEFAULT_METRICS = { host: '127.0.0.1', port: 9090 }

/** Where a signing identity comes from: paths, absolute. */
export type SigningConfig =
  TlsConfig | { readonly pkcs12: string; readonly passphrase?: string | undefined }

/** A certificate chain and its key: paths, absolute. */
export interface TlsConfig {
  readonly certificate: string
  readonly key: string
  readonly passphrase?: string | undefined
}

/** What an operator can set; everything is optional, and all paths are absolute. */
export interface Config {
  /** The configuration file, if there is one. */
  readonly file?: string | undefined
  /** Where people reach the server, without a trailing slash; it may have a path. */
  readonly baseUrl?: string | undefined
  readonly listen: { readonly host?: string | undefined; readonly port?: number | undefined }
  readonly signing?: SigningConfig | undefined
  /** Folders with more provider files. */
  readonly providers: readonly string[]
  readonly serve: {
    /** The only domains that are served, when there are any. */
    readonly domains?: readonly string[] | undefined
    /** A file with more of them, one a line. */
    readonly domainsFile?: string | undefined
    /** Whether the shipped catalogue is served: true unless domains are named. */
    readonly catalogue: boolean
  }
  readonly discovery: {
    /** Whether the server looks for the settings of domains that nobody configured. */
    readonly enabled: boolean
    /** Mozilla's database or a copy of it, to which the domain is appended; false for none. */
    readonly ispdb: string | false
    /** Whether autoconfig over http without encryption is asked as well. */
    readonly http: boolean
    /**
     * Of the settings that were found: whether a profile is signed for those that a domain publishes
     * over https for servers of its own. For all others never.
     */
    readonly sign: 'never' | 'vouched'
  }
  readonly pacc: {
    readonly enabled: boolean
    /** Of draft-ietf-mailmaint-pacc. */
    readonly revision: '02' | '03'
  }
  readonly branding: {
    readonly name?: string | undefined
    /** Whom people call when something is wrong: a telephone number, an address, in words. */
    readonly contact?: string | undefined
  }
  /** The operator's own Android app: see docs/android-intent.md. */
  readonly androidIntent?:
    | {
        readonly action?: string | undefined
        readonly scheme?: string | undefined
        readonly package?: string | undefined
      }
    | undefined
  /** Proxies whose X-Forwarded-For counts: addresses and networks. */
  readonly trustProxy: readonly string[]
  /** The listener's own certificate: with one it speaks https. */
  readonly tls?: TlsConfig | undefined
  /** What browsers are told of https for more than this host: nothing by default. */
  readonly hsts: {
    readonly includeSubDomains?: boolean | undefined
    readonly preload?: boolean | undefined
  }
  /** `sqlite:` with an absolute path, `redis:`, `rediss:` or `memory:`; chosen at the start by default. */
  readonly store?: string | undefined
  /** How many replicas of Redis have to have a step before it counts: none by default. */
  readonly storeReplicas?: number | undefined
  readonly api: { readonly keys: readonly ApiKeyConfig[] }
  /** The listener for metrics. */
  readonly metrics?: { readonly host: string; readonly port: number } | undefined
  readonly limits: LimitsConfig
  /** What is logged: `info` by default. No level logs what names a person. */
  readonly log: { readonly level: string }
  /** RFC 9116. */
  readonly securityTxt?: SecurityTxtConfig | undefined
}

/** What `/.well-known/security.txt` says: RFC 9116. */
export interface SecurityTxtConfig {
  /** https, mailto and tel addresses, the best first. */
  readonly contact: readonly string[]
  /** RFC 3339. */
  readonly expires?: string | undefined
  readonly encryption?: string | undefined
  readonly policy?: string | undefined
  readonly acknowledgments?: string | undefined
  readonly preferredLanguages?: string | undefined
}

/** Who may use the HTTP interface, and for what. */
export interface ApiKeyConfig {
  readonly name: string
  /** `sha256:` and the hexadecimal digest of the key. */
  readonly hash: string
  readonly scopes: readonly ApiScope[]
  /** The only domains it is for, when there are any. */
  readonly domains?: readonly string[] | undefined
}

export type ApiScope =
  'invitations:write' | 'invitations:read' | 'invitations:all' | 'accounts:read'

/**
 * The configuration with all defaults.
 *
 * @param file where it came from
 * @throws MailProfileError `invalid_configuration` where two keys do not go together, or one lacks the
 *   other
 */
export function createConfig(raw: RawConfig, file: string | undefined): Config {
  const { signing, serve = {}, discovery = {}, pacc = {} } = raw
  const namesDomains = serve.domains !== undefined || serve.domainsFile !== undefined
  return {
    file,
    baseUrl: raw.baseUrl,
    listen: raw.listen ?? {},
    signing: signing === undefined ? undefined : finishSigning(signing),
    providers: raw.providers ?? [],
    serve: {
      domains: serve.domains,
      domainsFile: serve.domainsFile,
      catalogue: serve.catalogue ?? !namesDomains,
    },
    discovery: {
      enabled: discovery.enabled ?? false,
      ispdb: discovery.ispdb ?? DEFAULT_ISPDB,
      http: discovery.http ?? false,
      sign: discovery.sign ?? 'never',
    },
    pacc: { enabled: pacc.enabled ?? false, revision: pacc.revision ?? '03' },
    branding: raw.branding ?? {},
    androidIntent: raw.androidIntent,
    trustProxy: raw.trustProxy ?? [],
    tls: raw.tls && finishTls(raw.tls),
    hsts: raw.hsts ?? {},
    ...finishStore(raw.store),
    api: { keys: raw.api?.keys ?? [] },
    metrics: raw.metrics && { ...DEFAULT_METRICS, ...defined(raw.metrics) },
    log: { level: raw.log?.level ?? 'info' },
    limits: { ...DEFAULT_LIMITS, ...defined(raw.limits) },
    securityTxt: raw.securityTxt && finishSecurityTxt(raw.securityTxt),
  }
}

function defined<T extends object>(values: T | undefined) {
  return Object.fromEntries(
    Object.entries(values ?? {}).filter(([, value]) => value !== undefined),
  ) as Partial<{ [K in keyof T]: NonNullable<T[K]> }>
}

function finishSigning(signing: NonNullable<RawConfig['signing']>): SigningConfig {
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

function finishTls({ certificate, key, passphrase }: NonNullable<RawConfig['tls']>): TlsConfig {
  if (certificate !== undefined && key !== undefined) return { certificate, key, passphrase }
  throw incomplete('tls', `tls needs certificate and key: ${missing(certificate, key)}.`)
}

function finishStore(store: RawConfig['store']): Pick<Config, 'store' | 'storeReplicas'> {
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
}: NonNullable<RawConfig['securityTxt']>): SecurityTxtConfig {
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
