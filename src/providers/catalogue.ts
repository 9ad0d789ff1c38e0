import type { Account, RootCertificate } from '../account/account.js'
import { domainOf, parseAddress } from '../account/address.js'
import { MailProfileError } from '../errors.js'
import type { Provider, RefusedProvider } from './provider.js'
import { providerAccount, type AccountOptions } from './provider-account.js'

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

/** Settings by mail domain. A look-up takes the same time however many there are. */
export class Catalogue {
  readonly entries: readonly CatalogueEntry[]
  readonly refused: readonly RefusedEntry[]
  readonly #all: readonly ListedEntry[]
  readonly #byDomain: ReadonlyMap<string, ListedEntry>
  /** The operator's providers, then the shipped ones. */
  readonly #byMx: readonly ReadonlyMap<string, ListedEntry>[]
  readonly #served: ReadonlySet<string> | undefined

  /**
   * @param entries where two name the same domain, the later one wins
   * @param served the only domains that are answered, when there is such a list
   */
  constructor(entries: readonly ListedEntry[], served?: ReadonlySet<string>) {
    this.#all = entries
    this.entries = entries.filter((entry): entry is CatalogueEntry => !isRefused(entry))
    this.refused = entries.filter(isRefused)
    this.#served = served
    this.#byDomain = index(entries, ({ domains }) => domains)
    this.#byMx = [false, true].map((shipped) =>
      index(
        entries.filter((entry) => (entry.shipped ?? false) === shipped),
        ({ mx }) => mx,
      ),
    )
  }

  /** The same catalogue less all domains but these. */
  restrictedTo(domains: readonly string[]): Catalogue {
    const served = new Set(domains)
    const entries = this.#all.filter(
      ({ provider }) =>
        provider.mx.length > 0 || provider.domains.some((domain) => served.has(domain)),
    )
    return new Catalogue(entries, served)
  }

  /** Whether an address in this domain may be answered at all, by whatever means. */
  serves(domain: string): boolean {
    return this.#served?.has(domain) ?? true
  }

  /** Whether somebody named this domain: a provider, or a list of what is served. */
  names(domain: string): boolean {
    return this.#served?.has(domain) ?? this.#byDomain.has(domain)
  }

  /** The settings of a domain that a provider names; none where they are refused. */
  forDomain(domain: string): CatalogueEntry | undefined {
    const entry = this.#listed(domain)
    return entry === undefined || isRefused(entry) ? undefined : entry
  }

  /**
   * The same for somebody who can be told why there are none.
   *
   * @throws MailProfileError `unsupported_account` with the provider's reason
   */
  lookUp(domain: string): CatalogueEntry | undefined {
    const entry = this.#listed(domain)
    return entry && requireSettings(entry)
  }

  #listed(domain: string): ListedEntry | undefined {
    return this.serves(domain) ? this.#byDomain.get(domain) : undefined
  }

  /**
   * The provider to whom a mail exchanger belongs, for domains that no provider names. The
   * operator's own come before the shipped ones.
   *
   * @param host as the DNS gives it, in lower case without a trailing dot
   */
  forMx(host: string): ListedEntry | undefined {
    const names = [host]
    for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
      names.push(`*${host.slice(dot)}`)
    }
    for (const entries of this.#byMx) {
      const name = names.find((candidate) => entries.has(candidate))
      if (name !== undefined) return entries.get(name)
    }
    return undefined
  }

  /** @throws MailProfileError `invalid_address`, `unknown_domain`, `unsupported_account` */
  find(address: string): CatalogueEntry {
    const domain = domainOf(parseAddress(address))
    const entry = this.lookUp(domain)
    if (entry === undefined) throw unknownDomain(domain)
    return entry
  }

  /**
   * The account of an address. Whether the mailbox exists plays no part.
   *
   * @throws MailProfileError as `find` and `providerAccount`
   */
  account(address: string, options: AccountOptions = {}): Account {
    return providerAccount(this.find(address), address, options)
  }
}

/** Whether a provider says why it cannot be set up, instead of how. */
export function isRefused(entry: ListedEntry): entry is RefusedEntry {
  return entry.provider.refuse !== undefined
}

/**
 * An entry that has settings.
 *
 * @throws MailProfileError `unsupported_account` with the provider's reason
 */
export function requireSettings(entry: ListedEntry): CatalogueEntry {
  if (!isRefused(entry)) return entry
  const { refuse, help } = entry.provider
  throw new MailProfileError('unsupported_account', refuse.reason, { helpUrl: refuse.url ?? help })
}

/** Nobody knows the settings of a domain. */
export function unknownDomain(domain: string, hint?: string): MailProfileError {
  return new MailProfileError('unknown_domain', `No settings are known for ${domain}.`, {
    hint: hint ?? 'Check the part after the @, or ask your mail provider for its settings.',
    field: 'address',
  })
}

function index(
  entries: readonly ListedEntry[],
  keys: (provider: ListedEntry['provider']) => readonly string[],
): ReadonlyMap<string, ListedEntry> {
  const map = new Map<string, ListedEntry>()
  for (const entry of entries) for (const key of keys(entry.provider)) map.set(key, entry)
  return map
}
