import { isLoopback } from '../account/loopback.js'
import type { Config } from '../config/config.js'
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
  const warnings: ConfigurationWarning[] = []
  const warn = (subject: string, message: string) => warnings.push({ subject, message })
  const url = new URL(baseUrl(port))
  const isOwnOnly = isLoopback(url.hostname)
  if (url.protocol === 'http:' && config.tls !== undefined) {
    warn(
      'baseUrl',
      'It begins with http:, but the server has a TLS certificate and speaks https only.',
    )
  } else if (url.protocol === 'http:' && !isOwnOnly) {
    warn('baseUrl', 'It is not https: whoever is on the way reads addresses, and phones warn.')
  }
  if (isOwnOnly && config.baseUrl !== undefined && config.listen.host !== undefined) {
    if (!isLoopback(config.listen.host)) {
      warn(
        'baseUrl',
        'It leads to the computer of whoever follows it: name a host that all can reach.',
      )
    }
  }
  for (const network of config.trustProxy) {
    if (isWide(network)) {
      warn('trustProxy', `${network} is a large part of the internet: name your proxies only.`)
    }
  }
  const isBehindProxy = url.protocol === 'https:' && config.tls === undefined
  if (isBehindProxy && config.trustProxy.length === 0 && config.limits.enabled) {
    warn(
      'trustProxy',
      'baseUrl is https and the server is not, so there is a proxy: name it, or all its clients ' +
        'share one limit.',
    )
  }
  const expires = config.securityTxt?.expires
  if (expires !== undefined && new Date(expires) <= now) {
    warn('securityTxt', 'The time of expires is over: leave it out, or set a new one.')
  }
  return warnings
}

function isWide(network: string): boolean {
  const [address = '', prefix] = network.split('/')
  if (prefix === undefined) return false
  // RFC 4291 section 2.5.5.2: what is mapped is IPv4, and trusted as that.
  if (/^::ffff:/i.test(address)) return Number(prefix) < MAPPED_BITS + WIDEST.v4
  return Number(prefix) < (address.includes(':') ? WIDEST.v6 : WIDEST.v4)
}
