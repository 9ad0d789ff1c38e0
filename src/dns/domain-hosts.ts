import { isIP } from 'node:net'
import { isDomainName } from '../account/host-name.js'
import type { IncomingTemplate, OutgoingTemplate } from '../account/mail-service.js'
import { expandPlaceholders, isPersonal } from '../account/placeholders.js'
import { pathSegment } from '../encoding/uri.js'

/** A server of a domain, for all of its mailboxes. */
export type DomainServer = IncomingTemplate | OutgoingTemplate

/**
 * The name of a server, for every mailbox of a domain.
 *
 * @param address the domain as `@example.com`, or one mailbox in it
 * @returns undefined where it depends on the mailbox and none is given, or is no host name
 */
export function domainHost({ host }: DomainServer, address: string): string | undefined {
  if (address.startsWith('@') && isPersonal(host)) return undefined
  const name = expandPlaceholders(host, address).toLowerCase().replace(/\.$/, '')
  return isDomainName(name) || isIP(name) > 0 ? name : undefined
}

/**
 * Where calendars or contacts are, for every mailbox of a domain: without its path where that depends on
 * the mailbox, so that clients ask `/.well-known` (RFC 6764, section 5).
 */
export function domainDavUrl(url: string, domain: string): string {
  return isPersonal(url)
    ? new URL('/', url).href
    : expandPlaceholders(url, `@${domain}`, pathSegment)
}
