import { orAborted } from '../waiting.js'
import { AttemptError, type Attempt, type Outcome } from './attempt.js'
import { collectionsAlone, lacksCollections, withCollections } from './collection-settings.js'
import { findCollections, type CollectionsSearch } from './collections.js'
import { deadline } from './deadline.js'
import type { DomainSettings } from '../providers/domain-settings.js'
import { areProvidersOwn, type FindAddresses } from './operator-hosts.js'
import { placesOf, type Place, type PlacesOptions } from './places.js'
import { usableServers, usableStranger } from './usable-provider.js'
import { namesOnlyItself, vouched } from './vouched.js'

const TOTAL_TIMEOUT = 15_000
const COLLECTIONS_TIMEOUT = 5000
/** Mail that was found waits for calendars and contacts no longer than this. */
const COLLECTIONS_GRACE = 2000

const TELLING: readonly Outcome[] = ['oauth_only', 'refused', 'insecure_only']

/** What a search brought. */
export interface Discovered {
  /** Absent where nothing can be used. */
  readonly found?: DomainSettings
  /** The places in the order of precedence, down to the one that decided. */
  readonly attempts: readonly Attempt[]
  /** Where calendars and contacts were looked for, as far as it mattered. */
  readonly collections?: readonly Attempt[]
}

/**
 * Looks for the settings of a domain that nobody configured. All places are asked at once, and the one
 * that ranks highest wins; only the domain is told, never an address. Calendars and contacts are looked for
 * beside that: they come along with mail, or alone where there is none.
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
  const davLimit = deadline(COLLECTIONS_TIMEOUT)
  const collections = findCollections(domain, options.network, davLimit.signal)
  const attempts: Attempt[] = []
  for (const { place, result } of asked) {
    const outcome = await result
    if (!(outcome instanceof AttemptError)) {
      limit.end()
      attempts.push({ place: place.name, outcome: 'found' })
      const searched = lacksCollections(outcome) ? await inTime(collections, domain) : undefined
      davLimit.end()
      return {
        found: withCollections(outcome, domain, searched?.found ?? []),
        attempts,
        ...(searched === undefined ? {} : { collections: searched.attempts }),
      }
    }
    const { outcome: kind, message: detail, advice } = outcome
    attempts.push({ place: place.name, outcome: kind, detail, advice })
    // Where a place that ranks higher wants OAuth, or says why there is no way, none is tried elsewhere.
    if (kind === 'oauth_only' || kind === 'refused') break
  }
  limit.end()
  // Why there is no mail says more than what there is beside it.
  const isTold = attempts.some(({ outcome }) => TELLING.includes(outcome))
  const searched = isTold ? undefined : await collections
  davLimit.end()
  const [best] = searched?.found ?? []
  return {
    ...(best === undefined ? {} : { found: collectionsAlone(best, domain) }),
    attempts,
    ...(searched === undefined ? {} : { collections: searched.attempts }),
  }
}

// What does not come in time is asked for again before long.
async function inTime(
  collections: Promise<CollectionsSearch>,
  domain: string,
): Promise<CollectionsSearch> {
  const grace = deadline(COLLECTIONS_GRACE)
  try {
    return await orAborted(collections, grace.signal)
  } catch {
    const place = `Calendars and contacts of ${domain}`
    return { found: [], attempts: [{ place, outcome: 'timeout' }] }
  } finally {
    grace.end()
  }
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
        ...vouched(usable, domain, isOwn ? 'catalogue' : 'nobody'),
        ...(rootCertificate === undefined ? {} : { rootCertificate }),
        trust,
        source,
      }
    }
    const provider = usableStranger(finding.provider, domain, note)
    const isOwn = trust === 'https-own-domain' && namesOnlyItself(provider, domain)
    return { ...vouched(provider, domain, isOwn ? 'domain' : 'nobody'), trust, source }
  } catch (error) {
    if (error instanceof AttemptError) return error
    return new AttemptError('unreachable', 'It cannot be asked now.', { cause: error })
  }
}
