import type { Account } from './account.js'
import { domainOf, localPart, type Address } from './address.js'
import type { DavServer } from './dav.js'
import type { Authentication, IncomingProtocol, MailServer, Security } from './server.js'

/** A server as it is described for every mailbox: host and user name may hold placeholders. */
export interface ServerTemplate {
  readonly host: string
  readonly port: number
  readonly security: Security
  readonly authentication: Authentication
  readonly username?: string | undefined
}

/** One for receiving. */
export interface IncomingTemplate extends ServerTemplate {
  readonly protocol: IncomingProtocol
}

/** One for sending. */
export interface OutgoingTemplate extends ServerTemplate {
  readonly protocol: 'smtp'
}

/** Where people sign in by OAuth, as programs are told it. */
export interface AuthorizationServer {
  /** https (RFC 8414, section 2): from it programs find the rest. */
  readonly issuer: string
  /** What a program calls itself there (RFC 6749, section 2.2). */
  readonly clientId?: string | undefined
  /** What a program asks to be let do (RFC 6749, section 3.3). */
  readonly scopes?: readonly string[] | undefined
  /** For programs that do not ask the issuer. */
  readonly authorizationUrl?: string | undefined
  readonly tokenUrl?: string | undefined
}

/** A server of calendars or contacts, as it is described for every mailbox. */
export interface DavTemplate {
  /** https; its path may hold placeholders. */
  readonly url: string
  /** Where it is another one than for incoming mail, or than the address where there is no mail. */
  readonly username?: string | undefined
}

/**
 * The servers of a mail domain, for any mailbox in it. Servers stand in the order of preference; one
 * that takes several authentications is there once for each.
 */
export interface MailService {
  /** What the account is called on the device. */
  readonly name: string
  /** None in either direction where there are calendars or contacts alone. */
  readonly incoming: readonly IncomingTemplate[]
  readonly outgoing: readonly OutgoingTemplate[]
  readonly calendar?: DavTemplate | undefined
  readonly contacts?: DavTemplate | undefined
  /** A help page, https. */
  readonly help?: string | undefined
  /** For servers whose authentication is `oauth2`. */
  readonly authorization?: AuthorizationServer | undefined
}

/** Whether there is mail, and not calendars or contacts alone. */
export function offersMail({ incoming }: Pick<MailService, 'incoming'>): boolean {
  return incoming.length > 0
}

/** A server that takes several authentications, as a template for each, in their order. */
export function templatesFor<P>(
  server: Omit<ServerTemplate, 'authentication'> & { readonly protocol: P },
  authentications: readonly Authentication[],
): (ServerTemplate & { readonly protocol: P })[] {
  const { protocol, host, port, security, username } = server
  return authentications.map((authentication) => ({
    protocol,
    host,
    port,
    security,
    authentication,
    ...(username === undefined ? {} : { username }),
  }))
}

/** The little that one account tells of its domain's servers. */
export function serviceOf(account: Account): MailService {
  const { identity, accountName, incoming, outgoing, calendar, contacts } = account
  const { address } = identity
  return {
    name: accountName ?? domainOf(address),
    incoming:
      incoming === undefined
        ? []
        : [{ protocol: incoming.protocol, ...template(incoming, account) }],
    outgoing: outgoing === undefined ? [] : [{ protocol: 'smtp', ...template(outgoing, account) }],
    ...(calendar === undefined ? {} : { calendar: davTemplate(calendar, address) }),
    ...(contacts === undefined ? {} : { contacts: davTemplate(contacts, address) }),
  }
}

function template(
  { host, port, security, authentication, username }: MailServer,
  { identity: { address } }: Account,
): ServerTemplate {
  return {
    host,
    port,
    security,
    authentication,
    ...(username === undefined ? {} : { username: usernameTemplate(username, address) }),
  }
}

// Its path may name the mailbox, encoded or not.
function davTemplate({ url, username }: DavServer, address: Address): DavTemplate {
  const names = new Set([encodeURIComponent(address), address])
  return {
    url: [...names].reduce((text, name) => text.replaceAll(name, '%EMAILADDRESS%'), url),
    ...(username === undefined ? {} : { username: usernameTemplate(username, address) }),
  }
}

function usernameTemplate(username: string, address: Address): string {
  if (username === address) return '%EMAILADDRESS%'
  return username === localPart(address) ? '%EMAILLOCALPART%' : username
}
