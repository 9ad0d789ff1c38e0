import { isLoopback } from '../account/loopback.js'
import type { Config } from '../config/config.js'
import { allThatAnswer, keyFor, type AnsweringConfig } from '../config/tenants.js'
import type { ListeningPlace } from './listening-place.js'

/** Something about the configuration that works, and is hardly meant so. */
export interface ConfigurationWarning {
  /** The key of the configuration that it is about. */
  readonly subject: string
  readonly message: string
}

// The widest networks that a single organisation has.
const WIDEST = { v4: 8, v6: 16 }
const MAPPED_BITS = 96

/** What of a configuration makes sense to nobody, in sentences: for `config check` and for a start. */
export function configurationWarnings(
  config: Config,
  { port, baseUrl }: Pick<ListeningPlace, 'port' | 'baseUrl'>,
  now: Date,
): ConfigurationWarning[] {
  const addresses = allThatAnswer(config).map(
    // With --lan it is another one than the configuration's.
    (one) => [one, new URL(one.key === undefined ? baseUrl(port) : (one.baseUrl ?? ''))] as const,
  )
  return [
    ...addresses.flatMap(([one, url]) => addressWarnings(one, url)),
    ...proxyWarnings(config, addresses),
    ...[config, ...config.tenants].flatMap((one) => securityTxtWarnings(one, config, now)),
    ...unusedWarnings(config),
  ]
}

type Address = readonly [whose: AnsweringConfig, url: URL]

function addressWarnings(config: AnsweringConfig, url: URL): ConfigurationWarning[] {
  const { host } = config.listen
  const isOwnOnly = isLoopback(url.hostname)
  const messages: string[] = []
  if (url.protocol === 'http:' && config.tls !== undefined) {
    messages.push(
      'It begins with http:, but the server has a TLS certificate and speaks https only.',
    )
  } else if (url.protocol === 'http:' && !isOwnOnly) {
    messages.push('It is not https: whoever is on the way reads addresses, and phones warn.')
  }
  if (isOwnOnly && config.baseUrl !== undefined && host !== undefined && !isLoopback(host)) {
    messages.push('It leads to the computer of whoever follows it: name a host that all can reach.')
  }
  return messages.map((message) => ({ subject: keyFor(config, 'baseUrl'), message }))
}

function proxyWarnings(config: Config, addresses: readonly Address[]): ConfigurationWarning[] {
  const warnings = config.trustProxy.filter(isWide).map((network) => ({
    subject: 'trustProxy',
    message: `${network} is a large part of the internet: name your proxies only.`,
  }))
  const isBehindProxy = addresses.some(
    ([{ tls }, { protocol }]) => protocol === 'https:' && tls === undefined,
  )
  if (!isBehindProxy || config.trustProxy.length > 0 || !config.limits.enabled) return warnings
  const message =
    'baseUrl is https and the server is not, so there is a proxy: name it, or all its clients ' +
    'share one limit.'
  return [...warnings, { subject: 'trustProxy', message }]
}

// What is inherited is told of once.
function securityTxtWarnings(one: AnsweringConfig, top: Config, now: Date): ConfigurationWarning[] {
  const expires = one.securityTxt?.expires
  const isInherited = one !== top && one.securityTxt === top.securityTxt
  if (expires === undefined || isInherited || new Date(expires) > now) return []
  return [
    {
      subject: keyFor(one, 'securityTxt'),
      message: 'The time of expires is over: leave it out, or set a new one.',
    },
  ]
}

// Without a baseUrl the top level is at no host, and tenants have these of their own.
function unusedWarnings(config: Config): ConfigurationWarning[] {
  if (allThatAnswer(config).includes(config)) return []
  const { branding, api, androidIntent, oauth, apps, serve } = config
  const isSet: Readonly<Record<string, boolean>> = {
    branding: Object.keys(branding).length > 0,
    'api.keys': api.keys.length > 0,
    androidIntent: androidIntent !== undefined,
    oauth: oauth !== undefined,
    apps: apps.length > 0,
    'serve.domains': serve.domains !== undefined || serve.domainsFile !== undefined,
  }
  return Object.entries(isSet)
    .filter(([, set]) => set)
    .map(([subject]) => ({
      subject,
      message:
        'It is for nobody: tenants do not have it from here, and without a baseUrl there is nobody else.',
    }))
}

function isWide(network: string): boolean {
  const [address = '', prefix] = network.split('/')
  if (prefix === undefined) return false
  // RFC 4291 section 2.5.5.2: what is mapped is IPv4, and trusted as that.
  if (/^::ffff:/i.test(address)) return Number(prefix) < MAPPED_BITS + WIDEST.v4
  return Number(prefix) < (address.includes(':') ? WIDEST.v6 : WIDEST.v4)
}
