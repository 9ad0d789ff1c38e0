import { parseAccount, type Account, type RootCertificate } from '../account/account.js'
import { domainOf, parseAddress, type Address } from '../account/address.js'
import type { IncomingTemplate, ServerTemplate } from '../account/mail-service.js'
import { expandPlaceholders } from '../account/placeholders.js'
import type { IncomingProtocol } from '../account/server.js'
import { pathSegment } from '../encoding/uri.js'
import { MailProfileError } from '../errors.js'
import { say } from '../messages/text.js'
import type { Provider } from './provider.js'

export interface AccountOptions {
  readonly name?: string | undefined
  /** The provider's first choice when absent: nearly always IMAP. */
  readonly protocol?: IncomingProtocol | undefined
}

/**
 * The account that a provider gives to an address. Whether the mailbox exists plays no part.
 *
 * @throws MailProfileError `invalid_address`; `unsupported_protocol` when the provider does not offer
 *   it; `oauth_only` when the provider takes no passwords; `invalid_account` for a name that cannot
 *   be used
 */
export function providerAccount(
  {
    provider,
    rootCertificate,
  }: { readonly provider: Provider; readonly rootCertificate?: RootCertificate | undefined },
  address: string,
  { name, protocol }: AccountOptions = {},
): Account {
  const parsed = parseAddress(address)
  const shownName = nameAt(provider, domainOf(parsed))
  const ofProtocol = provider.incoming.filter(
    (server) => protocol === undefined || server.protocol === protocol,
  )
  if (ofProtocol.length === 0) {
    throw new MailProfileError(
      'unsupported_protocol',
      say('errors.provider.noProtocol', {
        provider: shownName,
        protocol: (protocol ?? '').toUpperCase(),
      }),
      {
        hint: say('errors.provider.choose', { protocols: offered(provider.incoming) }),
        field: 'protocol',
        helpUrl: provider.help,
      },
    )
  }
  const incoming = firstUsable(ofProtocol)
  const outgoing = firstUsable(provider.outgoing)
  if (incoming === undefined || outgoing === undefined) throw oauthOnly(provider, shownName)
  const account = parseAccount({
    identity: { address: parsed, ...(name === undefined ? {} : { name }) },
    accountName: shownName,
    incoming: server(incoming, parsed),
    outgoing: server(outgoing, parsed),
    ...(provider.calendar === undefined ? {} : { calendar: dav(provider.calendar, parsed) }),
    ...(provider.contacts === undefined ? {} : { contacts: dav(provider.contacts, parsed) }),
  })
  return rootCertificate === undefined ? account : { ...account, rootCertificate }
}

/** The name of a provider as people of a domain see it: it may be made of theirs. */
export function nameAt({ name }: Pick<Provider, 'name'>, domain: string): string {
  return expandPlaceholders(name, `@${domain}`)
}

/** The protocols that a provider offers, in its order, each once. */
export function protocolsOf(provider: Provider): IncomingProtocol[] {
  return [...new Set(provider.incoming.map((server) => server.protocol))]
}

function firstUsable<T extends ServerTemplate>(servers: readonly T[]): T | undefined {
  return servers.find((candidate) => candidate.authentication !== 'oauth2')
}

function oauthOnly(provider: Provider, name: string): MailProfileError {
  return new MailProfileError(
    'oauth_only',
    provider.oauth?.text ?? say('errors.provider.oauth', { provider: name }),
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

function dav({ url }: { readonly url: string }, address: Address): { readonly url: string } {
  return { url: expandPlaceholders(url, address, pathSegment) }
}

function offered(servers: readonly IncomingTemplate[]): string {
  return [...new Set(servers.map(({ protocol }) => protocol.toUpperCase()))].join(' or ')
}
