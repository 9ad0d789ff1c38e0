import { registrableDomain } from '../account/public-name.js'
import type { Provider } from '../providers/provider.js'
import { orAborted } from '../waiting.js'
import { AttemptError, type Attempt } from './attempt.js'
import { deadline } from './deadline.js'
import type { DomainSettings, Voucher } from '../providers/domain-settings.js'
import { areProvidersOwn, type FindAddresses } from './operator-hosts.js'
import { ownersOf, passwordHosts } from './password-hosts.js'
import { placesOf, type Place, type PlacesOptions } from './places.js'
import { usableServers, usableStranger } from './usable-provider.js'

const TOTAL_TIMEOUT = 15_000

/** What a search brought. */
export interface Discovered {
  /** Absent where nothing can be used. */
  readonly found?: DomainSettings
  /** The places in the order of precedence, down to the one that decided. */
  readonly attempts: readonly Attempt[]
}

/**
 * Looks for the settings of a domain that nobody configured. All places are asked at once, and the one
 * that ranks highest wins; only the domain is told, never an address.
 *
 * @param domain lower-case A-labels, a public name
 */
export async function discover(domain: string, options: PlacesOptions): Promise<Discovered> {
  const limit = deadline(TOTAL_TIMEOUT)
  const findAddresses: FindAddresses = (host) =>
    orAborted(options.network.addresses(host), limit.signal)
  const asked = placesOf(domain, options).map((place) => ({
    place,
    result: ask(place, domain, limit.signal, findAddresses),
  }))
  const attempts: Attempt[] = []
  for (const { place, result } of asked) {
    const outcome = await result
    if (!(outcome instanceof AttemptError)) {
      limit.end()
      attempts.push({ place: place.name, outcome: 'found' })
      return { found: outcome, attempts }
    }
    const { outcome: kind, message: detail, advice } = outcome
    attempts.push({ place: place.name, outcome: kind, detail, advice })
    // Where a place that ranks higher wants OAuth, or says why there is no way, none is tried elsewhere.
    if (kind === 'oauth_only' || kind === 'refused') break
  }
  limit.end()
  return { attempts }
}

async function ask(
  { name: source, trust, note, find }: Place,
  domain: string,
  signal: AbortSignal,
  findAddresses: FindAddresses,
): Promise<DomainSettings | AttemptError> {
  try {
    const finding = await orAborted(find(signal), signal)
    if ('settings' in finding) {
      const { provider, rootCertificate } = finding.settings
      const usable = usableServers(provider, domain, provider.oauth)
      const isOwn = await areProvidersOwn(usable, domain, findAddresses)
      return {
        ...found(usable, domain, isOwn ? 'catalogue' : 'nobody'),
        ...(rootCertificate === undefined ? {} : { rootCertificate }),
        trust,
        source,
      }
    }
    const provider = usableStranger(finding.provider, domain, note)
    const isOwn = trust === 'https-own-domain' && namesOnlyItself(provider, domain)
    return { ...found(provider, domain, isOwn ? 'domain' : 'nobody'), trust, source }
  } catch (error) {
    if (error instanceof AttemptError) return error
    return new AttemptError('unreachable', 'It cannot be asked now.', { cause: error })
  }
}

// A program may use without asking what a domain itself says of servers of its own.
function found(
  provider: Provider,
  domain: string,
  voucher: Voucher,
): Pick<DomainSettings, 'provider' | 'voucher' | 'confirm'> {
  const owners = ownersOf(passwordHosts(provider, anybody(domain)))
  return { provider, voucher, confirm: voucher === 'domain' ? [] : owners }
}

function namesOnlyItself(provider: Provider, domain: string): boolean {
  const own = registrableDomain(domain)
  return ownersOf(passwordHosts(provider, anybody(domain))).every((owner) => owner === own)
}

function anybody(domain: string): string {
  return `anybody@${domain}`
}
