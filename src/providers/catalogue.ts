import { parseAccount, type Account, type RootCertificate } from '../account/account.js'
import { domainOf, parseAddress, type Address } from '../account/address.js'
import type { IncomingProtocol } from '../account/server.js'
import { MailProfileError } from '../errors.js'
import { expandPlaceholders } from './placeholders.js'
import type { IncomingTemplate, Provider, ServerTemplate } from './provider.js'

/** A provider and where it was read from. */
export interface CatalogueEntry {
  readonly provider: Provider
  /** The file, for people: "bt.yaml". */
  readonly file: string
  readonly rootCertificate?: RootCertificate
}

export interface AccountOptions {
  readonly name?: string | undefined
  /** The provider's first choice when absent: nearly always IMAP. */
  readonly protocol?: IncomingProtocol | undefined
}

/** Settings by mail domain. */
export class Catalogue {
  readonly entries: readonly CatalogueEntry[]
  readonly #byDomain: ReadonlyMap<string, CatalogueEntry>

  /** @param entries where two name the same domain, the later one wins */
  constructor(entries: readonly CatalogueEntry[]) {
    this.entries = entries
    this.#byDomain = new Map(
      entries.flatMap((entry) => entry.provider.domains.map((domain) => [domain, entry] as const)),
    )
  }

  /** The same catalogue less all domains but these. */
  restrictedTo(domains: readonly string[]): Catalogue {
    const served = new Set(domains)
    return new Catalogue(
      [...new Set(this.#byDomain.values())].flatMap((entry) => {
        const kept = entry.provider.domains.filter(
          (domain) => served.has(domain) && this.#byDomain.get(domain) === entry,
        )
        return kept.length === 0
          ? []
          : [{ ...entry, provider: { ...entry.provider, domains: kept } }]
      }),
    )
  }

  /** @throws MailProfileError `invalid_address`, `unknown_domain` */
  find(address: string): CatalogueEntry {
    return this.#entry(parseAddress(address))
  }

  /**
   * The account of an address. Whether the mailbox exists plays no part.
   *
   * @throws MailProfileError `invalid_address`; `unknown_domain`; `unsupported_protocol` when the
   *   provider does not offer it; `oauth_only` when the provider takes no passwords;
   *   `invalid_account` for a name that cannot be used
   */
  account(address: string, { name, protocol }: AccountOptions = {}): Account {
    const parsed = parseAddress(address)
    const { provider, rootCertificate } = this.#entry(parsed)
    const ofProtocol = provider.incoming.filter(
      (server) => protocol === undefined || server.protocol === protocol,
    )
    if (ofProtocol.length === 0) {
      throw new MailProfileError(
        'unsupported_protocol',
        `${provider.name} does not offer ${(protocol ?? '').toUpperCase()}.`,
        {
          hint: `Choose ${offered(provider.incoming)}.`,
          field: 'protocol',
          helpUrl: provider.help,
        },
      )
    }
    const incoming = firstUsable(ofProtocol)
    const outgoing = firstUsable(provider.outgoing)
    if (incoming === undefined || outgoing === undefined) throw oauthOnly(provider)
    const account = parseAccount({
      identity: { address: parsed, ...(name === undefined ? {} : { name }) },
      accountName: provider.name,
      incoming: server(incoming, parsed),
      outgoing: server(outgoing, parsed),
      ...(provider.calendar === undefined ? {} : { calendar: provider.calendar }),
      ...(provider.contacts === undefined ? {} : { contacts: provider.contacts }),
    })
    return rootCertificate === undefined ? account : { ...account, rootCertificate }
  }

  #entry(address: Address): CatalogueEntry {
    const domain = domainOf(address)
    const entry = this.#byDomain.get(domain)
    if (entry === undefined) {
      throw new MailProfileError('unknown_domain', `No settings are known for ${domain}.`, {
        hint: 'Check the part after the @, or ask your mail provider for its settings.',
        field: 'address',
      })
    }
    return entry
  }
}

/** The protocols that a provider offers, in its order, each once. */
export function protocolsOf(provider: Provider): IncomingProtocol[] {
  return [...new Set(provider.incoming.map((server) => server.protocol))]
}

function firstUsable<T extends ServerTemplate>(servers: readonly T[]): T | undefined {
  return servers.find((candidate) => candidate.authentication !== 'oauth2')
}

function oauthOnly(provider: Provider): MailProfileError {
  return new MailProfileError(
    'oauth_only',
    provider.oauth?.text ??
      `${provider.name} lets mail apps in only after you sign in on its own page (OAuth). ` +
        'Add the account in your mail app by choosing the provider there.',
    { helpUrl: provider.oauth?.url ?? provider.help },
  )
}

function server(
  template: ServerTemplate & { readonly protocol: string },
  address: Address,
): Record<string, unknown> {
  const { protocol, host, port, security, authentication, username } = template
  return {
    protocol,
    host: expandPlaceholders(host, address),
    port,
    security,
    authentication,
    ...(username === undefined ? {} : { username: expandPlaceholders(username, address) }),
  }
}

function offered(servers: readonly IncomingTemplate[]): string {
  return [...new Set(servers.map(({ protocol }) => protocol.toUpperCase()))].join(' or ')
}
