import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { MailProfileError } from '../errors.js'
import { isSet, readEnvironment } from './environment.js'
import type { RawConfig } from './schema.js'

const DEFAULT_FILE = 'mailprofile.yaml'
// Where Thunderbird for Android, FairEmail and KMail ask.
const DEFAULT_ISPDB = 'https://autoconfig.thunderbird.net/v1.1'

/** Where a signing identity comes from: paths, absolute. */
export type SigningConfig =
  | { readonly certificate: string; readonly key: string; readonly passphrase?: string | undefined }
  | { readonly pkcs12: string; readonly passphrase?: string | undefined }

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
    /** Whether profiles are signed for settings that the person had to confirm. */
    readonly signConfirmed: boolean
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
  readonly tls?:
    | {
        readonly certificate: string
        readonly key: string
        readonly passphrase?: string | undefined
      }
    | undefined
  /** `sqlite:` with an absolute path, `redis:`, `rediss:` or `memory:`; chosen at the start by default. */
  readonly store?: string | undefined
  readonly api: { readonly keys: readonly ApiKeyConfig[] }
  /** The listener for metrics. */
  readonly metrics?: { readonly host: string; readonly port: number } | undefined
  readonly limits: LimitsConfig
  /** RFC 9116. */
  readonly securityTxt?: RawConfig['securityTxt']
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

/** How much is too much, each per minute. */
export interface LimitsConfig {
  readonly enabled: boolean
  /** Requests of one client that cost something. */
  readonly client: number
  /** Searches for the settings of one domain. */
  readonly domain: number
  /** Requests with one API key. */
  readonly key: number
  /** Wrong tokens, codes and keys of one client. */
  readonly wrong: number
}

export const DEFAULT_LIMITS: LimitsConfig = {
  enabled: true,
  client: 300,
  domain: 20,
  key: 1200,
  wrong: 30,
}

export interface ConfigSource {
  /** A file that was named; it has to be there. */
  readonly file?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** The working folder. */
  readonly cwd: string
}

/**
 * The configuration from the file (`--config`, `MAILPROFILE_CONFIG`, or `mailprofile.yaml` in the
 * working folder if it is there) and the environment, which wins.
 *
 * @throws MailProfileError `invalid_configuration`, with file, line and column for the file
 */
export async function loadConfig({ file, env, cwd }: ConfigSource): Promise<Config> {
  const named = file ?? env['MAILPROFILE_CONFIG']
  const location = resolve(cwd, named ?? DEFAULT_FILE)
  const text = await readIfThere(location, named !== undefined)
  // The schema takes longer to load than most commands take.
  if (text === undefined && !isSet(env)) return Object.freeze(finish({}, undefined))
  const [{ configSchema }, { YamlDocument }] = await Promise.all([
    import('./schema.js'),
    import('../encoding/yaml-document.js'),
  ])
  const fromFile =
    text === undefined
      ? {}
      : (new YamlDocument(text, location).parse(configSchema.nullable()) ?? {})
  const fromEnv = await readEnvironment(env, configSchema)
  const folder = dirname(location)
  return Object.freeze(
    finish(
      merge(withAbsolutePaths(fromFile, folder), withAbsolutePaths(fromEnv, cwd)),
      text === undefined ? undefined : location,
    ),
  )
}

function finish(raw: RawConfig, file: string | undefined): Config {
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
      signConfirmed: discovery.signConfirmed ?? false,
    },
    pacc: { enabled: pacc.enabled ?? false, revision: pacc.revision ?? '03' },
    branding: raw.branding ?? {},
    androidIntent: raw.androidIntent,
    trustProxy: raw.trustProxy ?? [],
    tls: raw.tls,
    store: raw.store,
    api: { keys: raw.api?.keys ?? [] },
    metrics: raw.metrics && { host: raw.metrics.host ?? '127.0.0.1', port: raw.metrics.port },
    limits: { ...DEFAULT_LIMITS, ...defined(raw.limits) },
    securityTxt: raw.securityTxt,
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
  throw new MailProfileError(
    'invalid_configuration',
    'signing needs either certificate and key, or pkcs12.',
    { field: 'signing' },
  )
}

function merge(base: RawConfig, over: RawConfig): RawConfig {
  return {
    ...base,
    ...over,
    ...both('listen', base, over),
    ...both('signing', base, over),
    ...both('serve', base, over),
    ...both('discovery', base, over),
    ...both('pacc', base, over),
    ...both('branding', base, over),
    ...both('androidIntent', base, over),
    ...both('tls', base, over),
    ...both('api', base, over),
    ...both('metrics', base, over),
    ...both('limits', base, over),
    ...both('securityTxt', base, over),
  }
}

function both(
  key: Exclude<keyof RawConfig, 'baseUrl' | 'providers' | 'trustProxy' | 'store'>,
  base: RawConfig,
  over: RawConfig,
): Partial<RawConfig> {
  return base[key] === undefined && over[key] === undefined
    ? {}
    : { [key]: { ...base[key], ...over[key] } }
}

function withAbsolutePaths(raw: RawConfig, folder: string): RawConfig {
  const { signing, providers, serve } = raw
  const absolute = (key: 'certificate' | 'key' | 'pkcs12') => {
    const value = signing?.[key]
    return value === undefined ? {} : { [key]: resolve(folder, value) }
  }
  return {
    ...raw,
    ...(signing === undefined
      ? {}
      : {
          signing: {
            ...signing,
            ...absolute('certificate'),
            ...absolute('key'),
            ...absolute('pkcs12'),
          },
        }),
    ...(serve?.domainsFile === undefined
      ? {}
      : { serve: { ...serve, domainsFile: resolve(folder, serve.domainsFile) } }),
    ...(providers === undefined ? {} : { providers: providers.map((one) => resolve(folder, one)) }),
  }
}

async function readIfThere(location: string, required: boolean): Promise<string | undefined> {
  try {
    return await readFile(location, 'utf8')
  } catch (cause) {
    if (!required && (cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new MailProfileError(
      'invalid_configuration',
      `The configuration file ${location} cannot be read.`,
      { hint: 'Check the path and who may read it.', cause },
    )
  }
}
