import type { ServerTemplate } from '../account/mail-service.js'
import type { Provider } from '../providers/provider.js'
import { deadline, orAborted } from './abort.js'
import { AttemptError, type Attempt } from './attempt.js'
import type { FoundSettings, Trust } from './found-settings.js'
import { registrableDomain } from '../account/public-name.js'
import { placesOf, type Place, type PlacesOptions } from './places.js'
import { hostIn, usableProvider } from './usable-provider.js'

const TOTAL_TIMEOUT = 15_000

/** What a search brought. */
export interface Discovered {
  /** Absent where nothing can be used. */
  readonly found?: FoundSettings
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
  const asked = placesOf(domain, options).map((place) => ({
    place,
    result: ask(place, domain, limit.signal),
  }))
  const attempts: Attempt[] = []
  for (const { place, result } of asked) {
    const outcome = await result
    if (!(outcome instanceof AttemptError)) {
      limit.end()
      const { name: source, trust } = place
      attempts.push({ place: source, outcome: 'found' })
      const confirm = confirmationFor(domain, outcome, trust)
      return { found: { provider: outcome, trust, source, confirm }, attempts }
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
  place: Place,
  domain: string,
  signal: AbortSignal,
): Promise<Provider | AttemptError> {
  try {
    return usableProvider(await orAborted(place.find(signal), signal), domain)
  } catch (error) {
    if (error instanceof AttemptError) return error
    return new AttemptError('unreachable', 'It cannot be asked now.', { cause: error })
  }
}

// Nobody has to agree to what a domain itself says of servers of its own, and to all else somebody has.
function confirmationFor(domain: string, provider: Provider, trust: Trust): string[] {
  const own = registrableDomain(domain)
  const { incoming, outgoing, calendar, contacts } = provider
  const hosts = [
    ...[...incoming, ...outgoing].map((server: ServerTemplate) => hostIn(server, domain)),
    ...[calendar, contacts].flatMap((dav) =>
      dav === undefined ? [] : [new URL(dav.url).hostname],
    ),
  ]
  const owners = hosts.map((host) => registrableDomain(host) ?? host)
  const isOwn = trust === 'https-own-domain' && owners.every((owner) => owner === own)
  return isOwn ? [] : [...new Set(owners)].sort()
}
