import { MailProfileError } from '../errors.js'
import { parseAddress, type Address } from './address.js'
import { parseDavServer, type DavServer } from './dav.js'
import { parseFields, parseWord, type Fields } from './fields.js'
import { hasStrayPlaceholder } from './placeholders.js'
import type { Secret } from './secret.js'
import { SIGN_INS, type SignIn } from './sign-in.js'
import {
  parseIncomingServer,
  parseOutgoingServer,
  type IncomingServer,
  type MailServer,
  type OutgoingServer,
} from './server.js'
import { parsePlainText } from './plain-text.js'
import { MAX_NAME_LENGTH } from './text.js'

/** A private certificate authority whose root the devices have to trust. */
export interface RootCertificate {
  /** What the person sees in Certificate Trust Settings: the subject's common name. */
  readonly name: string
  /** DER. */
  readonly der: Uint8Array
  /** The authority's other roots, while one takes over from another. */
  readonly further?: readonly RootCertificate[]
}

/** One person's mail account. Only parsers make one, so whatever is in it is valid. */
export interface Account {
  readonly identity: {
    readonly address: Address
    /** The person's name, as others see it. */
    readonly name?: string
  }
  /** What the account is called on the device: "BT Mail". */
  readonly accountName?: string
  readonly incoming: IncomingServer
  readonly outgoing: OutgoingServer
  readonly calendar?: DavServer
  readonly contacts?: DavServer
  /** On whose page people can sign in instead of typing a password into an app. */
  readonly signIn?: SignIn
  /** From the provider; never part of an account's JSON. */
  readonly rootCertificate?: RootCertificate
}

const ACCOUNT_KEYS = new Set([
  'identity',
  'accountName',
  'incoming',
  'outgoing',
  'calendar',
  'contacts',
  'signIn',
])
const IDENTITY_KEYS = new Set(['address', 'name'])

/**
 * An account as JSON (already parsed from text) to a valid account.
 *
 * @param json an object with `identity`, `incoming`, `outgoing` and, if there are any,
 *   `accountName`, `calendar`, `contacts` and `signIn`
 * @throws MailProfileError `invalid_account`, `invalid_address` or `invalid_host`, with `field`
 *   naming the value; an unknown key is an error too
 */
export function parseAccount(json: unknown): Account {
  const fields = parseFields(json, '', ACCOUNT_KEYS)
  const identity = parseFields(fields['identity'], 'identity', IDENTITY_KEYS)
  const address = parseAddress(identity['address'], 'identity.address')
  return accountOf({ address, name: identity['name'] }, fields)
}

/**
 * The account of an address that was parsed before.
 *
 * @param fields as JSON: `incoming`, `outgoing` and, if there are any, `accountName`, `calendar`,
 *   `contacts` and `signIn`
 * @throws MailProfileError as `parseAccount`
 */
export function accountOf(
  { address, name }: { readonly address: Address; readonly name?: unknown },
  fields: Fields,
): Account {
  const { accountName, calendar, contacts, signIn } = fields
  const incoming = parseIncomingServer(fields['incoming'])
  const outgoing = parseOutgoingServer(fields['outgoing'])
  const davs = {
    ...(calendar === undefined ? {} : { calendar: parseDavServer(calendar, 'calendar') }),
    ...(contacts === undefined ? {} : { contacts: parseDavServer(contacts, 'contacts') }),
  }
  requireNoPlaceholder(incoming.username, 'incoming.username', address)
  requireNoPlaceholder(outgoing.username, 'outgoing.username', address)
  requireNoPlaceholder(davs.calendar?.url, 'calendar.url')
  requireNoPlaceholder(davs.contacts?.url, 'contacts.url')
  return {
    identity: {
      address,
      ...(name === undefined
        ? {}
        : { name: parsePlainText(name, 'identity.name', MAX_NAME_LENGTH) }),
    },
    ...(accountName === undefined
      ? {}
      : { accountName: parsePlainText(accountName, 'accountName', MAX_NAME_LENGTH) }),
    incoming,
    outgoing,
    ...davs,
    ...(signIn === undefined ? {} : { signIn: parseWord(signIn, 'signIn', SIGN_INS) }),
  }
}

// An address may look like a placeholder, and so may the user name that is made of it.
function requireNoPlaceholder(text: string | undefined, field: string, address = ''): void {
  if (text === undefined || !hasStrayPlaceholder(text) || hasStrayPlaceholder(address)) return
  throw new MailProfileError(
    'invalid_account',
    `${field} has to be the value itself: placeholders are for provider files.`,
    { field },
  )
}

/** What the account is called where the person sees it: its own name, or else the address. */
export function displayName(account: Account): string {
  return account.accountName ?? account.identity.address
}

/** The roots that the account's servers need, if their authority is a private one. */
export function rootsOf({
  rootCertificate,
}: Pick<Account, 'rootCertificate'>): readonly RootCertificate[] {
  return rootCertificate === undefined ? [] : [rootCertificate, ...(rootCertificate.further ?? [])]
}

/** Whether a server takes nothing but a sign-in on its holder's page. */
export function needsSignIn({ incoming, outgoing }: Account): boolean {
  return incoming.authentication === 'oauth2' || outgoing.authentication === 'oauth2'
}

/** Whether any server of the account carries a password. */
export function hasPassword(account: Account): boolean {
  return account.incoming.password !== undefined || account.outgoing.password !== undefined
}

/** The account with one password for every server that takes one. */
export function withPassword(account: Account, password: Secret): Account {
  return {
    ...account,
    incoming: serverWithPassword(account.incoming, password),
    outgoing: serverWithPassword(account.outgoing, password),
  }
}

function serverWithPassword<T extends MailServer>(server: T, password: Secret): T {
  const { authentication } = server
  return authentication === 'none' || authentication === 'oauth2' ? server : { ...server, password }
}
