import type { ServerTemplate } from '../account/mail-service.js'
import { expandPlaceholders } from '../account/placeholders.js'
import { isPublicName } from '../account/public-name.js'
import type { Provider } from '../providers/provider.js'
import { AttemptError } from './attempt.js'

// What is found is kept for a day, so it has to be small; real documents have two or three of each.
const MAX_SERVERS = 10
const MAX_NOTES = 10

// The host would be another one for every mailbox, and what was confirmed for one is none of them.
const PERSONAL = /%EMAIL(?:ADDRESS|LOCALPART)%/

/** The host of a server for the mailboxes of a domain. */
export function hostIn({ host }: ServerTemplate, domain: string): string {
  return expandPlaceholders(host, `anybody@${domain}`)
}

/**
 * What of a found provider may be used: never a server without encryption, one that checks no
 * password, or one inside. Servers that want OAuth stay, because others beside them may take a
 * password.
 *
 * @throws AttemptError `oauth_only`, `insecure_only` or `blocked`, when nothing is left in one
 *   direction
 */
export function usableProvider(provider: Provider, domain: string): Provider {
  const { calendar, contacts, notes, ...rest } = provider
  return {
    ...rest,
    incoming: usable(provider.incoming, provider, domain),
    outgoing: usable(provider.outgoing, provider, domain),
    ...(isPublicUrl(calendar?.url) ? { calendar } : {}),
    ...(isPublicUrl(contacts?.url) ? { contacts } : {}),
    notes: notes.slice(0, MAX_NOTES),
  }
}

function usable<T extends ServerTemplate>(
  servers: readonly T[],
  { oauth }: Provider,
  domain: string,
): T[] {
  const outside = servers.filter(
    (server) => !PERSONAL.test(server.host) && isPublicName(hostIn(server, domain)),
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
  if (secure.every(({ authentication }) => authentication === 'oauth2')) {
    throw new AttemptError(
      'oauth_only',
      'It lets mail apps in only after signing in on its own page (OAuth).',
      { advice: oauth },
    )
  }
  return secure
}

function isPublicUrl(url: string | undefined): boolean {
  return url !== undefined && isPublicName(new URL(url).hostname)
}
