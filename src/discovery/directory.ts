import { domainOf, type Address } from '../account/address.js'
import { shownDomain } from '../account/shown-domain.js'
import { isPublicName, registrableDomain } from '../account/public-name.js'
import { MailProfileError } from '../errors.js'
import { say } from '../messages/text.js'
import { requireSettings, type Catalogue } from '../providers/catalogue.js'
import { SearchedInVain, type Attempt, type Outcome } from './attempt.js'
import type { Asker, Directory } from './catalogue-directory.js'
import { discover, type Discovered } from './discover.js'
import { createDnsQuestion } from './dns-question.js'
import { foundByExchanger } from './found-by-exchanger.js'
import type { DomainSettings } from '../providers/domain-settings.js'
import type { Network } from './network.js'
import { preferredMx, type PlacesOptions } from './places.js'
import { RecentNames } from './recent-names.js'
import { watchZone } from './silent-zone.js'
import { NOT_FOUND_FOR, silentFor } from './silence.js'
import { TimedCache } from '../timed-cache.js'
import { orAborted } from '../waiting.js'
import { createLimit } from './work-limit.js'

const SECOND = 1000
const HOUR = 60 * 60 * SECOND
/** How long what was found is kept: what the DNS alone says less long. */
const FOUND_FOR = 24 * HOUR
const FOUND_BY_DNS_FOR = HOUR
const MAX_SEARCHES_KEPT = 1000

/** A search in vain that took so long is held against its owner for a while. */
const SLOW = 4 * SECOND
const SLOW_FOR = 10 * 60 * SECOND
const MAX_SLOW_KEPT = 10_000

const MAX_AT_ONCE = 32
/** Also the whole of a proxy's clients, where it is not trusted to name them. */
const MAX_AT_ONCE_FOR_CLIENT = MAX_AT_ONCE / 4
/** Somebody's subdomains must not take the places of all others. */
const MAX_AT_ONCE_FOR_OWNER = 4
/** Not even so many when a search for one of them was in vain and took long. */
const MAX_AT_ONCE_FOR_SLOW = 1

// Another answer may come the next time.
const PASSING: readonly Outcome[] = ['timeout', 'unreachable', 'certificate']
const NOT_REACHED: readonly Outcome[] = ['timeout', 'unreachable']

/** Where `createDirectory` gets settings from. */
export interface DirectoryOptions {
  /** The catalogue, or what gives the one of the moment. */
  readonly catalogue: Catalogue | (() => Catalogue)
  /** Without one nothing outside is asked, not even for mail exchangers. */
  readonly network?: Network | undefined
  /** Where to search; no search without it. */
  readonly discovery?: Pick<PlacesOptions, 'ispdb' | 'http'> | undefined
  /**
   * Called before a search begins, which does not when it rejects; answers that are known already need
   * none. It is told whose domain it is, all subdomains together, and which one it is.
   */
  readonly beforeSearch?: ((registrableDomain: string, domain: string) => Promise<void>) | undefined
  /** The clock; the system's by default. */
  readonly now?: () => Date
}

/**
 * Answers from the catalogue, then by the mail exchangers of the operator's providers, then by a
 * search.
 *
 * @example
 * ```ts
 * import { createDirectory, loadCatalogue, parseAddress, providerAccount } from 'mailprofile'
 *
 * // With `network: systemNetwork()` and `discovery` it searches for what the catalogue does not know.
 * const directory = createDirectory({ catalogue: await loadCatalogue() })
 * const address = parseAddress('ann@btinternet.com')
 * const settings = await directory.find(address, { signal: AbortSignal.timeout(5000) })
 * console.log(settings.provider.id, settings.confirm.length) // bt 0
 * console.log(providerAccount(settings, address).incoming?.host) // mail.btinternet.com
 * ```
 */
export function createDirectory(options: DirectoryOptions): Directory {
  const { network, discovery } = options
  const given = options.catalogue
  const catalogue = typeof given === 'function' ? given : () => given
  const now = () => (options.now?.() ?? new Date()).getTime()
  const exchangers = createDnsQuestion(now, preferredMx)
  const hosts = createDnsQuestion(now, (host, { addresses }) => addresses(host))
  const search = createSearch({ ...options, catalogue }, now)

  const find = async (address: Address, asker: Asker) => {
    const domain = domainOf(address)
    const configured = catalogue().lookUp(domain)
    if (configured !== undefined) return configured
    if (network === undefined || !catalogue().serves(domain) || !isPublicName(domain)) {
      throw catalogue().unknown(domain)
    }
    if (catalogue().hasOwnExchangers) {
      const host = await exchangers(domain, network, asker)
      const own = host === undefined ? undefined : catalogue().forMx(host, { own: true })
      if (own !== undefined) {
        return foundByExchanger(requireSettings(own), address, {
          isNamed: catalogue().names(domain),
          findAddresses: async (name) => (await hosts(name, network, asker)) ?? [],
        })
      }
    }
    if (discovery === undefined) throw catalogue().unknown(domain)
    return search(domain, network, asker)
  }
  return {
    searches: network !== undefined && discovery !== undefined,
    async find(address, asker = {}) {
      const { signal } = asker
      signal?.throwIfAborted()
      return signal === undefined ? find(address, asker) : orAborted(find(address, asker), signal)
    },
  }
}

type Find<T> = (domain: string, network: Network, asker: Asker) => Promise<T>

interface Searched extends Discovered {
  /** How often in a row nothing was found because somebody did not answer. */
  readonly silences: number
}

function createSearch(
  {
    catalogue,
    discovery = { ispdb: false, http: false },
    beforeSearch,
  }: DirectoryOptions & { readonly catalogue: () => Catalogue },
  now: () => number,
): Find<DomainSettings> {
  const slow = new RecentNames({ max: MAX_SLOW_KEPT, keep: SLOW_FOR, now })
  const limit = createLimit({
    most: MAX_AT_ONCE,
    mostForClient: MAX_AT_ONCE_FOR_CLIENT,
    mostForOwner: (owner) => (slow.has(owner) ? MAX_AT_ONCE_FOR_SLOW : MAX_AT_ONCE_FOR_OWNER),
  })
  const newCache = () => new TimedCache<Searched>({ max: MAX_SEARCHES_KEPT, keep: lifetime, now })
  let cache = newCache()
  let known = catalogue()
  return async (domain, network, { client, signal }) => {
    const current = catalogue()
    // What was found through a provider of the old catalogue may not hold in the new one.
    if (current !== known) cache = newCache()
    known = current
    const ours = cache
    const owner = registrableDomain(domain) ?? domain
    const search = async (before: Searched | undefined): Promise<Searched> => {
      await beforeSearch?.(owner, domain)
      const begin = now()
      const watched = watchZone(network, domain)
      try {
        const providerOfMx = (host: string) => current.forMx(host)
        const discovered = await discover(domain, { ...discovery, network: watched, providerOfMx })
        const isVain = discovered.found === undefined
        const isSilent = isVain && isUnreached(allOf(discovered))
        if (isSilent || (isVain && now() - begin >= SLOW)) slow.add(owner)
        return { ...discovered, silences: isSilent ? (before?.silences ?? 0) + 1 : 0 }
      } finally {
        watched.end()
      }
    }
    const discovered = await limit(() => ours.get(domain, search), {
      client,
      signal,
      // The registered domain itself does not wait for names below it, which anybody can make up.
      owner: owner === domain ? undefined : owner,
      elsewhere: () => ours.peek(domain),
    })
    if (discovered.found === undefined) throw refusal(domain, allOf(discovered), current)
    return discovered.found
  }
}

function allOf({ attempts, collections = [] }: Discovered): readonly Attempt[] {
  return [...attempts, ...collections]
}

function isUnreached(attempts: readonly Attempt[]): boolean {
  return attempts.some(({ outcome }) => NOT_REACHED.includes(outcome))
}

function lifetime({ silences, ...discovered }: Searched): number {
  const { found } = discovered
  if (found === undefined) return silences > 0 ? silentFor(silences) : NOT_FOUND_FOR
  // A better place may just have had a bad minute.
  if (allOf(discovered).some(({ outcome }) => PASSING.includes(outcome))) return NOT_FOUND_FOR
  return found.trust === 'https-own-domain' || found.trust === 'ispdb'
    ? FOUND_FOR
    : FOUND_BY_DNS_FOR
}

// The place that ranks highest explains best.
function refusal(
  domain: string,
  attempts: readonly Attempt[],
  catalogue: Catalogue,
): MailProfileError {
  const cause = new SearchedInVain(attempts)
  const unusable = attempts.find(
    ({ outcome }) =>
      outcome === 'oauth_only' || outcome === 'refused' || outcome === 'insecure_only',
  )
  if (unusable?.outcome === 'refused') {
    const { advice, detail } = unusable
    const reason =
      advice?.text ?? detail ?? say('errors.search.noServers', { domain: shownDomain(domain) })
    return new MailProfileError('unsupported_account', reason, { helpUrl: advice?.url, cause })
  }
  if (unusable?.outcome === 'oauth_only') {
    return new MailProfileError(
      'oauth_only',
      unusable.advice?.text ?? say('errors.search.oauth', { domain: shownDomain(domain) }),
      { helpUrl: unusable.advice?.url, cause },
    )
  }
  if (unusable !== undefined) {
    return new MailProfileError(
      'unsupported_account',
      say('errors.search.insecure', { domain: shownDomain(domain) }),
      { hint: say('errors.search.askForTls'), cause },
    )
  }
  const { code, message, hint, texts, field, suggestion } = catalogue.unknown(domain)
  return new MailProfileError(code, texts.message ?? message, {
    hint: texts.hint ?? hint,
    field,
    suggestion,
    cause,
  })
}
