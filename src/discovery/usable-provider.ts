import type { ServerTemplate } from '../account/mail-service.js'
import { isPersonal } from '../account/placeholders.js'
import { isPublicName } from '../account/public-name.js'
import type { Text } from '../messages/text.js'
import type { Advice, Provider } from '../providers/provider.js'
import { AttemptError } from './attempt.js'
import { hostFor } from './password-hosts.js'

// What is found is kept for a day, so it has to be small; real documents have two or three of each.
const MAX_SERVERS = 10

// Any other text would be a stranger's, in a field that people read and type.
const PLACEHOLDER = '%EMAIL(?:ADDRESS|LOCALPART|DOMAIN)%'
const USERNAME = new RegExp(`^${PLACEHOLDER}(?:[@._+-]${PLACEHOLDER})*$`)

/**
 * What of a stranger's provider may be used: its servers, as `usableServers` leaves them. Name, notes,
 * links and advice stay behind, because whoever owns a domain could write anything there, and it would
 * stand under the operator's name.
 *
 * @param note what this program itself has to say about the place
 * @throws AttemptError as `usableServers`
 */
export function usableStranger(provider: Provider, domain: string, note?: Text): Provider {
  const { incoming, outgoing, calendar, contacts } = usableServers(provider, domain)
  return {
    id: provider.id,
    name: domain,
    domains: [domain],
    mx: [],
    incoming: named(incoming),
    outgoing: named(outgoing),
    ...(calendar === undefined ? {} : { calendar }),
    ...(contacts === undefined ? {} : { contacts }),
    autoconfig: false,
    notes: note === undefined ? [] : [{ text: note }],
    sources: [],
  }
}

/**
 * A provider that was found, less the servers that may not be used: those without encryption, that
 * check no password, or inside. Servers that want OAuth stay, because others beside them may take a
 * password.
 *
 * @param oauth what the catalogue says about a provider that wants OAuth
 * @throws AttemptError `oauth_only` where it is not known how people sign in, `insecure_only` or
 *   `blocked`, when nothing is left in one direction
 */
export function usableServers(provider: Provider, domain: string, oauth?: Advice): Provider {
  const { calendar, contacts, ...rest } = provider
  return {
    ...rest,
    incoming: usable(provider.incoming, domain, provider, oauth),
    outgoing: usable(provider.outgoing, domain, provider, oauth),
    ...(isPublicUrl(calendar?.url) ? { calendar } : {}),
    ...(isPublicUrl(contacts?.url) ? { contacts } : {}),
  }
}

function usable<T extends ServerTemplate>(
  servers: readonly T[],
  domain: string,
  { signIn }: Pick<Provider, 'signIn'>,
  oauth: Advice | undefined,
): T[] {
  // A host of each mailbox's own would be none of those that were confirmed.
  const outside = servers.filter(
    (server) => !isPersonal(server.host) && isPublicName(hostFor(server, `anybody@${domain}`)),
  )
  if (outside.length === 0) {
    throw new AttemptError('blocked', 'Its servers have no names that are known in public.')
  }
  const secure = outside
    .filter(({ security, authentication }) => security !== 'none' && authentication !== 'none')
    .slice(0, MAX_SERVERS)
  if (secure.length === 0) {
    throw new AttemptError(
      'insecure_only',
      'It offers only servers without encryption, or that check no password.',
    )
  }
  if (signIn === undefined && secure.every(takesNoPassword)) {
    throw new AttemptError(
      'oauth_only',
      'It lets mail apps in only after signing in on its own page (OAuth).',
      { advice: oauth },
    )
  }
  return secure
}

function named<T extends ServerTemplate>(servers: readonly T[]): T[] {
  const left = servers.filter(({ username }) => username !== undefined && USERNAME.test(username))
  if (left.every(takesNoPassword)) {
    throw new AttemptError(
      'invalid',
      'Its user names are not made of the parts of a mail address alone.',
    )
  }
  return left
}

function takesNoPassword({ authentication }: ServerTemplate): boolean {
  return authentication === 'oauth2'
}

function isPublicUrl(url: string | undefined): boolean {
  return url !== undefined && isPublicName(new URL(url).hostname)
}
