import { domainOf, parseAddress } from '../account/address.js'
import { isPublicName, registrableDomain } from '../account/public-name.js'
import { MailProfileError } from '../errors.js'
import {
  requireSettings,
  unknownDomain,
  type Catalogue,
  type ListedEntry,
} from '../providers/catalogue.js'
import { SearchedInVain, type Attempt, type Outcome } from './attempt.js'
import type { Directory } from './catalogue-directory.js'
import { discover, type Discovered } from './discover.js'
import { createDnsQuestion } from './dns-question.js'
import { foundByExchanger } from './found-by-exchanger.js'
import { configured, type FoundSettings } from './found-settings.js'
import type { Network } from './network.js'
import { preferredMx, type PlacesOptions } from './places.js'
import { TimedCache } from './timed-cache.js'
import { createLimit } from './work-limit.js'

const SECOND = 1000
const HOUR = 60 * 60 * SECOND
/** How long what was found is kept: what the DNS alone says less long. */
const FOUND_FOR = 24 * HOUR
const FOUND_BY_DNS_FOR = HOUR
const NOT_FOUND_FOR = 10 * 60 * SECOND
/** The network's fault, not the domain's. */
const NOT_REACHED_FOR = 30 * SECOND
const MAX_SEARCHES_KEPT = 1000

const MAX_AT_ONCE = 32
/** Somebody's subdomains must not take the places of all others. */
const MAX_AT_ONCE_FOR_ONE = 4

// Another answer may come the next time.
const PASSING: readonly Outcome[] = ['timeout', 'unreachable', 'certificate']
const NOT_REACHED: readonly Outcome[] = ['timeout', 'unreachable']

export interface DirectoryOptions {
  /** The catalogue of the moment. */
  readonly catalogue: () => Catalogue
  /** Without one nothing outside is asked, not even for mail exchangers. */
  readonly network?: Network | undefined
  /** Where to search; no search without it. */
  readonly discovery?: Pick<PlacesOptions, 'ispdb' | 'http'> | undefined
  /**
   * Called before a search begins, which does not when it rejects; answers that are known already need
   * none. It is told whose domain it is: all subdomains together.
   */
  readonly beforeSearch?: ((registrableDomain: string) => Promise<void>) | undefined
  readonly now?: () => Date
}

/**
 * Answers from the catalogue, then by the mail exchangers of the operator's providers, then by a
 * search.
 */
export function createDirectory(options: DirectoryOptions): Directory {
  const { catalogue, network, discovery } = options
  const now = () => (options.now?.() ?? new Date()).getTime()
  const exchangers = createDnsQuestion(now, preferredMx)
  const hosts = createDnsQuestion(now, (host, { addresses }) => addresses(host))
  const search = createSearch(options, now)

  return {
    async find(given) {
      const address = parseAddress(given)
      const domain = domainOf(address)
      const entry = catalogue().lookUp(domain)
      if (entry !== undefined) return configured(entry)
      if (network === undefined || !catalogue().serves(domain) || !isPublicName(domain)) {
        throw unknownDomain(domain)
      }
      if (catalogue().entries.some(isOwnWithMx) || catalogue().refused.some(isOwnWithMx)) {
        const host = await exchangers(domain, network)
        const own = host === undefined ? undefined : catalogue().forMx(host)
        if (own !== undefined && own.shipped !== true) {
          return foundByExchanger(requireSettings(own), address, {
            isNamed: catalogue().names(domain),
            findAddresses: async (name) => (await hosts(name, network)) ?? [],
          })
        }
      }
      if (discovery === undefined) throw unknownDomain(domain)
      return search(domain, network)
    },
  }
}

function createSearch(
  { catalogue, discovery = { ispdb: false, http: false }, beforeSearch }: DirectoryOptions,
  now: () => number,
): (domain: string, network: Network) => Promise<FoundSettings> {
  const limit = createLimit(MAX_AT_ONCE, MAX_AT_ONCE_FOR_ONE)
  const newCache = () => new TimedCache<Discovered>({ max: MAX_SEARCHES_KEPT, keep: lifetime, now })
  let cache = newCache()
  let known = catalogue()
  return async (domain, network) => {
    const current = catalogue()
    // What was found through a provider of the old catalogue may not hold in the new one.
    if (current !== known) cache = newCache()
    known = current
    const { found, attempts } = await cache.get(domain, async () => {
      const owner = registrableDomain(domain)
      await beforeSearch?.(owner ?? domain)
      return limit(
        () =>
          discover(domain, { network, ...discovery, providerOfMx: (host) => current.forMx(host) }),
        owner,
      )
    })
    if (found === undefined) throw refusal(domain, attempts)
    return found
  }
}

function isOwnWithMx({ provider, shipped = false }: ListedEntry): boolean {
  return !shipped && provider.mx.length > 0
}

function lifetime({ found, attempts }: Discovered): number {
  if (found === undefined) {
    const unreached = attempts.some(({ outcome }) => NOT_REACHED.includes(outcome))
    return unreached ? NOT_REACHED_FOR : NOT_FOUND_FOR
  }
  // A better place may just have had a bad minute.
  if (attempts.some(({ outcome }) => PASSING.includes(outcome))) return NOT_FOUND_FOR
  return found.trust === 'https-own-domain' || found.trust === 'ispdb'
    ? FOUND_FOR
    : FOUND_BY_DNS_FOR
}

// The place that ranks highest explains best.
function refusal(domain: string, attempts: readonly Attempt[]): MailProfileError {
  const cause = new SearchedInVain(attempts)
  const unusable = attempts.find(
    ({ outcome }) =>
      outcome === 'oauth_only' || outcome === 'refused' || outcome === 'insecure_only',
  )
  if (unusable?.outcome === 'refused') {
    const { advice, detail } = unusable
    const reason = advice?.text ?? detail ?? `The mail host of ${domain} has no servers for apps.`
    return new MailProfileError('unsupported_account', reason, { helpUrl: advice?.url, cause })
  }
  if (unusable?.outcome === 'oauth_only') {
    return new MailProfileError(
      'oauth_only',
      unusable.advice?.text ??
        `The mail host of ${domain} lets mail apps in only after you sign in on its own page (OAuth). ` +
          'Add the account in your mail app by choosing the provider there.',
      { helpUrl: unusable.advice?.url, cause },
    )
  }
  if (unusable !== undefined) {
    return new MailProfileError(
      'unsupported_account',
      `The settings that were found for ${domain} would send the password without encryption.`,
      { hint: 'Ask your mail provider for servers with TLS.', cause },
    )
  }
  const { message, hint, field } = unknownDomain(domain)
  return new MailProfileError('unknown_domain', message, { hint, field, cause })
}
