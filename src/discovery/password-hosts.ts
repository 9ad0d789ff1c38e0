import type { MailService, ServerTemplate } from '../account/mail-service.js'
import { expandPlaceholders } from '../account/placeholders.js'
import { registrableDomain } from '../account/public-name.js'

/** The host of a server for one mailbox. */
export function hostFor({ host }: Pick<ServerTemplate, 'host'>, address: string): string {
  return expandPlaceholders(host, address)
}

/** The hosts of all servers that could get the password of a mailbox, each once, sorted. */
export function passwordHosts(
  {
    incoming,
    outgoing,
    calendar,
    contacts,
  }: Pick<MailService, 'incoming' | 'outgoing' | 'calendar' | 'contacts'>,
  address: string,
): string[] {
  const collections = [calendar, contacts].flatMap((dav) => (dav === undefined ? [] : [dav]))
  const hosts = [
    ...[...incoming, ...outgoing].map((server) => hostFor(server, address)),
    ...collections.map(({ url }) => new URL(url).hostname),
  ]
  return [...new Set(hosts)].sort()
}

/** To whom hosts belong: the names that somebody registered, each once, sorted. */
export function ownersOf(hosts: readonly string[]): string[] {
  return [...new Set(hosts.map((host) => registrableDomain(host) ?? host))].sort()
}
