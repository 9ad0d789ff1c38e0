import { accountOf, type Account } from '../account/account.js'
import { domainOf, type Address } from '../account/address.js'
import {
  offersMail,
  type DavTemplate,
  type IncomingTemplate,
  type ServerTemplate,
} from '../account/mail-service.js'
import { expandPlaceholders } from '../account/placeholders.js'
import type { IncomingProtocol } from '../account/server.js'
import type { SignIn } from '../account/sign-in.js'
import { pathSegment } from '../encoding/uri.js'
import { MailProfileError } from '../errors.js'
import type { DomainSettings } from './domain-settings.js'
import { say } from '../messages/text.js'
import type { Provider } from './provider.js'

/** What an account has besides what follows from its address. */
export interface AccountOptions {
  /** Of the person, as others see it. */
  readonly name?: string | undefined
  /** The provider's first choice when absent: nearly always IMAP. */
  readonly protocol?: IncomingProtocol | undefined
}

/**
 * The account that a provider gives to an address: what becomes of settings that a `Directory` has found. Whether
 * the mailbox exists plays no part.
 *
 * @throws MailProfileError `unsupported_protocol` when the provider does not offer
 *   it; `oauth_only` when the provider takes no passwords, and how people sign in is not known; `invalid_account` for a name that cannot
 *   be used
 *
 * @example
 * ```ts
 * import { createDirectory, loadCatalogue, parseAddress, providerAccount } from 'mailprofile'
 *
 * const directory = createDirectory({ catalogue: await loadCatalogue() })
 * const address = parseAddress('ann@btinternet.com')
 * const account = providerAccount(await directory.find(address), address, { name: 'Ann' })
 * console.log(account.incoming?.host) // mail.btinternet.com
 * ```
 */
export function providerAccount(
  { provider, rootCertificate }: Pick<DomainSettings, 'provider' | 'rootCertificate'>,
  address: Address,
  { name, protocol }: AccountOptions = {},
): Account {
  const shownName = nameAt(provider, domainOf(address))
  const person = { address, name }
  const collections = {
    accountName: shownName,
    calendar: provider.calendar && dav(provider.calendar, address),
    contacts: provider.contacts && dav(provider.contacts, address),
  }
  const withRoot = (account: Account) =>
    rootCertificate === undefined ? account : { ...account, rootCertificate }
  if (!offersMail(provider) && protocol === undefined) {
    return withRoot(accountOf(person, collections))
  }
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
        hint: offersMail(provider)
          ? say('errors.provider.choose', { protocols: offered(provider.incoming) })
          : say('support.noMail'),
        field: 'protocol',
        helpUrl: provider.help,
      },
    )
  }
  const { signIn } = provider
  const incoming = firstUsable(ofProtocol, signIn)
  const outgoing = firstUsable(provider.outgoing, signIn)
  if (incoming === undefined || outgoing === undefined) throw oauthOnly(provider, shownName)
  return withRoot(
    // Not a spread: V8 takes 3 µs to spread an object and then add to it.
    accountOf(
      person,
      Object.assign(
        { incoming: server(incoming, address), outgoing: server(outgoing, address), signIn },
        collections,
      ),
    ),
  )
}

/** The name of a provider as people of a domain see it: it may be made of theirs. */
export function nameAt({ name }: Pick<Provider, 'name'>, domain: string): string {
  return expandPlaceholders(name, `@${domain}`)
}

/** The protocols that a provider offers, in its order, each once. */
export function protocolsOf(provider: Provider): IncomingProtocol[] {
  return [...new Set(provider.incoming.map((server) => server.protocol))]
}

// A password serves all that an account is for; a sign-in only those apps that know its page.
function firstUsable<T extends ServerTemplate>(
  servers: readonly T[],
  signIn: SignIn | undefined,
): T | undefined {
  return (
    servers.find((candidate) => candidate.authentication !== 'oauth2') ??
    (signIn === undefined ? undefined : servers[0])
  )
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

function dav({ url, username }: DavTemplate, address: Address): DavTemplate {
  return {
    url: expandPlaceholders(url, address, pathSegment),
    ...(username === undefined ? {} : { username: expandPlaceholders(username, address) }),
  }
}

function offered(servers: readonly IncomingTemplate[]): string {
  return [...new Set(servers.map(({ protocol }) => protocol.toUpperCase()))].join(' or ')
}
