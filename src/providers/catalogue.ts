import type { Account, RootCertificate } from '../account/account.js'
import { domainOf, parseAddress, type Address } from '../account/address.js'
import type { AuthorizationServer } from '../account/mail-service.js'
import type { IncomingProtocol } from '../account/server.js'
import { shownDomain } from '../account/shown-domain.js'
import { MailProfileError, type MailProfileErrorOptions } from '../errors.js'
import { say, type Text } from '../messages/text.js'
import type { DomainSettings } from './domain-settings.js'
import { createFindNear, type FindNear } from './near-domain.js'
import type { Provider, RefusedProvider } from './provider.js'
import { nameAt, providerAccount, type AccountOptions } from './provider-account.js'

interface Entry<P> {
  readonly provider: P
  /** The file, for people: "bt.yaml". */
  readonly file: string
  /** True when it came with mailprofile; the operator wrote all others. */
  readonly shipped?: boolean
  readonly rootCertificate?: RootCertificate
}

/** A provider and where it was read from. */
export type CatalogueEntry = Entry<Provider>
/** One that cannot be set up. */
export type RefusedEntry = Entry<RefusedProvider>
export type ListedEntry = CatalogueEntry | RefusedEntry

/** By what a provider is found. */
interface Searched {
  readonly name: string
  /** A part of them is enough. */
  readonly words: string
  readonly domains: readonly string[]
  /** Whether everybody may know whose provider it is. */
  readonly isPublic: boolean
}

/** What a catalogue says of a domain or a mail exchanger: its settings, or why there are none. */
export type CatalogueAnswer = DomainSettings | RefusedEntry

// So many domains are a host's own; more may be its customers, who are nobody else's business.
const MOST_NAMED = 5

const CHECK = say('errors.domain.check')

/** Settings by mail domain. A look-up takes the same time however many there are. */
export class Catalogue {
  readonly entries: readonly CatalogueEntry[]
  readonly refused: readonly RefusedEntry[]
  readonly #all: readonly ListedEntry[]
  readonly #byDomain: ReadonlyMap<string, CatalogueAnswer>
  readonly #ownByMx: ReadonlyMap<string, CatalogueAnswer>
  readonly #shippedByMx: ReadonlyMap<string, CatalogueAnswer>
  readonly #served: ReadonlySet<string> | undefined
  readonly #elsewhere: ReadonlySet<string>
  #findNear: FindNear | undefined
  #searched: readonly Searched[] | undefined
  #hasUnlisted: boolean | undefined
  readonly #protocols = new Map<IncomingProtocol, boolean>()

  /**
   * @param entries where two name the same domain, the later one wins
   * @param served the only domains that are answered, when there is such a list
   * @param elsewhere domains that are not answered here, because somebody else is to
   */
  constructor(
    entries: readonly ListedEntry[],
    served?: ReadonlySet<string>,
    elsewhere: ReadonlySet<string> = new Set(),
  ) {
    this.#all = entries
    this.entries = entries.filter((entry): entry is CatalogueEntry => !isRefused(entry))
    this.refused = entries.filter((entry) => isRefused(entry))
    this.#served = served
    this.#elsewhere = elsewhere
    this.#byDomain = index(entries, ({ domains }) => domains)
    const byMx = (isShipped: boolean) =>
      index(
        entries.filter(({ shipped = false }) => shipped === isShipped),
        ({ mx }) => mx,
      )
    this.#ownByMx = byMx(false)
    this.#shippedByMx = byMx(true)
  }

  /** The same catalogue less all domains but these. */
  restrictedTo(domains: readonly string[]): Catalogue {
    const served = new Set(domains)
    const entries = this.#all.filter(
      ({ provider }) =>
        provider.mx.length > 0 || provider.domains.some((domain) => served.has(domain)),
    )
    return new Catalogue(entries, served, this.#elsewhere)
  }

  /** The same catalogue less these domains, of which it says no more than of any that nobody knows. */
  without(domains: Iterable<string>): Catalogue {
    return new Catalogue(this.#all, this.#served, new Set([...this.#elsewhere, ...domains]))
  }

  /** The same catalogue less the providers that ship with mailprofile. */
  ofOperator(): Catalogue {
    const own = this.#all.filter(({ shipped = false }) => !shipped)
    return new Catalogue(own, this.#served, this.#elsewhere)
  }

  /** The same catalogue, with where people sign in to the operator's own servers that take OAuth. */
  signingInAt(authorization: AuthorizationServer | undefined): Catalogue {
    if (authorization === undefined) return this
    const entries = this.#all.map((entry) =>
      (entry.shipped ?? false) || isRefused(entry)
        ? entry
        : { ...entry, provider: { ...entry.provider, authorization } },
    )
    return new Catalogue(entries, this.#served, this.#elsewhere)
  }

  /** Whether an address in this domain may be answered at all, by whatever means. */
  serves(domain: string): boolean {
    return (this.#served?.has(domain) ?? true) && !this.#elsewhere.has(domain)
  }

  /** The only domains that are served; none of them where all are. */
  get served(): ReadonlySet<string> {
    return this.#served ?? new Set()
  }

  /** Whether somebody named this domain: a provider, or a list of what is served. */
  names(domain: string): boolean {
    return this.serves(domain) && (this.#served !== undefined || this.#byDomain.has(domain))
  }

  /** The names of the providers that answer for a domain, or for any by its mail exchanger. */
  get providerNames(): string[] {
    const names = this.#answering().map(({ provider }) =>
      nameAt(provider, this.#answered(provider)[0] ?? ''),
    )
    return [...new Set(names)]
  }

  /**
   * Whether there is something to search among: the providers that ship with mailprofile, for whatever
   * address. An operator's own domains are known to whoever has an address there.
   */
  get isForEverybody(): boolean {
    return this.#served === undefined && this.#answering().some(({ shipped }) => shipped)
  }

  /** A domain for an address that is shown as an example; none where those served may be customers. */
  get exampleDomain(): string | undefined {
    return this.served.size > MOST_NAMED
      ? undefined
      : [...this.served].find((domain) => this.serves(domain))
  }

  /**
   * Whether any address that is answered may have a server of this protocol.
   *
   * @param searches whether what no provider names is searched for
   */
  mayHave(protocol: IncomingProtocol, { searches }: { readonly searches: boolean }): boolean {
    if (searches && this.#servesUnlisted()) return true
    // Asked for each first page, and an operator may serve thousands of domains.
    const known = this.#protocols.get(protocol) ?? this.#has(protocol)
    this.#protocols.set(protocol, known)
    return known
  }

  #has(protocol: IncomingProtocol): boolean {
    return this.entries.some(
      ({ provider, shipped = false }) =>
        provider.incoming.some((server) => server.protocol === protocol) &&
        (this.#answered(provider).length > 0 ||
          (!shipped && provider.mx.length > 0 && this.#servesUnlisted())),
    )
  }

  /** Whether an address may be answered in a domain that no provider names. */
  #servesUnlisted(): boolean {
    this.#hasUnlisted ??=
      this.#served === undefined || [...this.#served].some((domain) => !this.#byDomain.has(domain))
    return this.#hasUnlisted
  }

  /**
   * The names of those that a person may mean: by a part of their name, in any letter case and without
   * accents, or of a domain that is served. Domains in the operator's own files may be their customers: those
   * are found by whoever knows them whole.
   */
  search(words: string): string[] {
    const wanted = folded(words)
    if (wanted === '') return []
    this.#searched ??= this.#answering().flatMap((entry) => this.#searchedBy(entry))
    const found = this.#searched.filter(
      ({ words, domains, isPublic }) =>
        words.includes(wanted) ||
        (isPublic ? domains.some((domain) => domain.includes(wanted)) : domains.includes(wanted)),
    )
    return [...new Set(found.map(({ name }) => name))]
  }

  #searchedBy({ provider, shipped }: CatalogueEntry): Searched[] {
    const answered = this.#answered(provider)
    const isPublic = shipped ?? false
    // One that is called by the domain has as many names.
    if (nameAt(provider, '') !== provider.name) {
      return answered.map((domain) => {
        const name = nameAt(provider, domain)
        return { name, words: '', domains: [domain], isPublic }
      })
    }
    const { name } = provider
    return [{ name, words: folded(name), domains: answered, isPublic }]
  }

  #answering(): CatalogueEntry[] {
    const isWhole = this.#served === undefined && this.#elsewhere.size === 0
    return this.entries.filter(
      ({ provider }) =>
        isWhole ||
        (this.#served === undefined && provider.domains.length === 0) ||
        this.#answered(provider).length > 0,
    )
  }

  #answered(provider: Provider): readonly string[] {
    return provider.domains.filter((domain) => this.forDomain(domain)?.provider === provider)
  }

  /** The settings of a domain that a provider names; none where they are refused. */
  forDomain(domain: string): DomainSettings | undefined {
    const answer = this.#listed(domain)
    return answer === undefined || isRefused(answer) ? undefined : answer
  }

  /**
   * The same for somebody who can be told why there are none.
   *
   * @throws MailProfileError `unsupported_account` with the provider's reason
   */
  lookUp(domain: string): DomainSettings | undefined {
    const answer = this.#listed(domain)
    return answer && requireSettings(answer)
  }

  #listed(domain: string): CatalogueAnswer | undefined {
    return this.serves(domain) ? this.#byDomain.get(domain) : undefined
  }

  /** Whether `forMx` has any answer of the operator's own. */
  get hasOwnExchangers(): boolean {
    return this.#ownByMx.size > 0
  }

  /**
   * The provider to whom a mail exchanger belongs, for domains that no provider names. The
   * operator's own come before the shipped ones.
   *
   * @param host as the DNS gives it, in lower case without a trailing dot
   * @param own true for the operator's own only
   */
  forMx(
    host: string,
    { own = false }: { readonly own?: boolean } = {},
  ): CatalogueAnswer | undefined {
    const names = [host]
    for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
      names.push(`*${host.slice(dot)}`)
    }
    for (const answers of own ? [this.#ownByMx] : [this.#ownByMx, this.#shippedByMx]) {
      const name = names.find((candidate) => answers.has(candidate))
      if (name !== undefined) return answers.get(name)
    }
    return undefined
  }

  /** @throws MailProfileError `unknown_domain`, `unsupported_account` */
  find(address: Address): DomainSettings {
    const domain = domainOf(address)
    const settings = this.lookUp(domain)
    if (settings === undefined) throw this.unknown(domain)
    return settings
  }

  /** What a person is told of a domain whose settings nobody knows. */
  unknown(domain: string): MailProfileError {
    const suggestion = this.nearest(domain)
    const meant = (hint: Text) =>
      suggestion === undefined
        ? hint
        : say('errors.both', {
            first: say('errors.domain.meant', { domain: shownDomain(suggestion) }),
            second: hint,
          })
    if (this.#served !== undefined && !this.serves(domain)) {
      const message = say('errors.domain.notOffered', { domain: shownDomain(domain) })
      return new MailProfileError('unknown_domain', message, {
        hint: meant(offeredAt(this.#served)),
        field: 'address',
        suggestion,
      })
    }
    return notKnown(domain, { hint: meant(CHECK), suggestion })
  }

  /** The domain that was probably meant by one that nobody knows, of those that are answered. */
  nearest(domain: string): string | undefined {
    this.#findNear ??= createFindNear(
      [...this.#byDomain.keys()].filter((known) => this.serves(known)),
    )
    return this.#findNear(domain)
  }

  /**
   * The account of an address. Whether the mailbox exists plays no part.
   *
   * @throws MailProfileError `invalid_address`, and as `find` and `providerAccount`
   */
  account(address: string, options: AccountOptions = {}): Account {
    const parsed = parseAddress(address)
    return providerAccount(this.find(parsed), parsed, options)
  }
}

/** Whether a provider says why it cannot be set up, instead of how. */
export function isRefused<T extends { readonly provider: Provider | RefusedProvider }>(
  of: T,
): of is T & { readonly provider: RefusedProvider } {
  return of.provider.refuse !== undefined
}

/**
 * Settings, where there are any.
 *
 * @throws MailProfileError `unsupported_account` with the provider's reason
 */
export function requireSettings(answer: CatalogueAnswer): DomainSettings {
  if (!isRefused(answer)) return answer
  const { refuse, help } = answer.provider
  throw new MailProfileError('unsupported_account', refuse.reason, { helpUrl: refuse.url ?? help })
}

/** Nobody knows the settings of a domain: for programs. What people are told is the catalogue's to say. */
export function unknownDomain(domain: string): MailProfileError {
  return notKnown(domain, { hint: CHECK })
}

function notKnown(domain: string, options: MailProfileErrorOptions): MailProfileError {
  const message = say('errors.domain.unknown', { domain: shownDomain(domain) })
  return new MailProfileError('unknown_domain', message, { ...options, field: 'address' })
}

function offeredAt(served: ReadonlySet<string>): Text {
  return served.size > MOST_NAMED
    ? say('errors.domain.offeredMany')
    : say('errors.domain.offered', { domains: [...served].map(shownDomain) })
}

function index(
  entries: readonly ListedEntry[],
  keys: (provider: ListedEntry['provider']) => readonly string[],
): ReadonlyMap<string, CatalogueAnswer> {
  const map = new Map<string, CatalogueAnswer>()
  for (const entry of entries) {
    const answer = isRefused(entry) ? entry : settingsFrom(entry)
    for (const key of keys(entry.provider)) map.set(key, answer)
  }
  return map
}

// The operator or the catalogue vouches for them.
function settingsFrom({ provider, rootCertificate, file }: CatalogueEntry): DomainSettings {
  return {
    provider,
    ...(rootCertificate === undefined ? {} : { rootCertificate }),
    trust: 'catalogue',
    voucher: 'catalogue',
    source: file,
    confirm: [],
  }
}

function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim()
}
