import { MailProfileError } from '../errors.js'
import { parseAddress, type Address } from './address.js'
import { parseDavServer, type DavLogin, type DavServer } from './dav.js'
import { parseFields, parseWord, type Fields } from './fields.js'
import { hasStrayPlaceholder } from './placeholders.js'
import { parseSecret, type Secret } from './secret.js'
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

/** What every account has, whatever it is for. */
interface Person {
  readonly identity: {
    readonly address: Address
    /** The person's name, as others see it. */
    readonly name?: string
  }
  /** What the account is called on the device: "BT Mail". */
  readonly accountName?: string
  readonly calendar?: DavServer
  readonly contacts?: DavServer
  /** On whose page people can sign in instead of typing a password into an app. */
  readonly signIn?: SignIn
  /** From the provider; never part of an account's JSON. */
  readonly rootCertificate?: RootCertificate
}

/** One person's mail account, with their calendars and contacts if there are any. */
export interface MailAccount extends Person {
  readonly incoming: IncomingServer
  readonly outgoing: OutgoingServer
}

/** One person's calendars and contacts, or one of both, where mail is none of this server's business. */
export interface DavAccount extends Person {
  readonly incoming?: undefined
  readonly outgoing?: undefined
}

/**
 * One person's account. Only parsers make one, so whatever is in it is valid: it has both servers of
 * mail, or else neither and calendars or contacts. `account.incoming === undefined` tells which.
 */
export type Account = MailAccount | DavAccount

/** JSON that can only be an account with mail: with less it is an error. */
interface MailJson {
  readonly identity: unknown
  readonly accountName?: unknown
  readonly incoming: object
  readonly outgoing: object
  readonly calendar?: unknown
  readonly contacts?: unknown
  readonly signIn?: unknown
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
 *   `accountName`, `calendar`, `contacts` and `signIn`; with calendar or contacts it may do without both
 *   servers of mail
 * @throws MailProfileError `invalid_account`, `invalid_address` or `invalid_host`, with `field`
 *   naming the value; an unknown key is an error too
 *
 * @example
 * ```ts
 * import { parseAccount } from 'mailprofile'
 *
 * const account = parseAccount({
 *   identity: { address: 'ann@example.com', name: 'Ann Example' },
 *   incoming: {
 *     protocol: 'imap',
 *     host: 'imap.example.com',
 *     port: 993,
 *     security: 'tls',
 *     authentication: 'password-cleartext',
 *     username: 'ann@example.com',
 *   },
 *   outgoing: {
 *     protocol: 'smtp',
 *     host: 'smtp.example.com',
 *     port: 465,
 *     security: 'tls',
 *     authentication: 'password-cleartext',
 *     username: 'ann@example.com',
 *   },
 * })
 * console.log(account.incoming.host) // imap.example.com
 * ```
 */
export function parseAccount(json: MailJson): MailAccount
export function parseAccount(json: unknown): Account
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
  const mail = mailServersOf(fields)
  const davs = {
    ...(calendar === undefined ? {} : { calendar: parseDavServer(calendar, 'calendar') }),
    ...(contacts === undefined ? {} : { contacts: parseDavServer(contacts, 'contacts') }),
  }
  for (const [path, server] of Object.entries({ ...mail, ...davs })) {
    requireNoPlaceholder(server?.username, `${path}.username`, address)
  }
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
    ...mail,
    ...davs,
    ...(signIn === undefined ? {} : { signIn: parseWord(signIn, 'signIn', SIGN_INS) }),
  }
}

// Neither only where there is something else: an account with one of both is half of one.
function mailServersOf({
  incoming,
  outgoing,
  calendar,
  contacts,
}: Fields): Pick<MailAccount, 'incoming' | 'outgoing'> | Pick<DavAccount, 'incoming' | 'outgoing'> {
  const isMail = incoming !== undefined || outgoing !== undefined
  if (!isMail && (calendar !== undefined || contacts !== undefined)) return {}
  return { incoming: parseIncomingServer(incoming), outgoing: parseOutgoingServer(outgoing) }
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

/** Which of calendars and contacts accounts have, as the messages that say it tell them apart. */
export type Collections = 'calendar' | 'contacts' | 'both'

/** Which of calendars and contacts accounts, or what is offered to many, have together. */
export function collectionsOf(
  of: readonly { readonly calendar?: unknown; readonly contacts?: unknown }[],
): Collections {
  if (of.every(({ contacts }) => contacts === undefined)) return 'calendar'
  return of.every(({ calendar }) => calendar === undefined) ? 'contacts' : 'both'
}

/** The roots that the account's servers need, if their authority is a private one. */
export function rootsOf({
  rootCertificate,
}: Pick<Account, 'rootCertificate'>): readonly RootCertificate[] {
  return rootCertificate === undefined ? [] : [rootCertificate, ...(rootCertificate.further ?? [])]
}

/** Whether a server takes nothing but a sign-in on its holder's page. */
export function needsSignIn({ incoming, outgoing }: Account): boolean {
  return incoming?.authentication === 'oauth2' || outgoing?.authentication === 'oauth2'
}

/** Whether a server of mail carries a password. */
export function hasMailPassword({ incoming, outgoing }: MailAccount): boolean {
  return incoming.password !== undefined || outgoing.password !== undefined
}

/** Whether any server of the account carries a password. */
export function hasPassword(account: Account): boolean {
  const isMail = account.incoming !== undefined && hasMailPassword(account)
  return isMail || davLogins(account).some(({ password }) => password !== undefined)
}

/** How to log in at the servers of calendars and contacts, if there are any. */
export function davLogins(account: Account): readonly ReturnType<typeof davLogin>[] {
  return [account.calendar, account.contacts].flatMap((server) =>
    server === undefined ? [] : [davLogin(account, server)],
  )
}

/** How to log in at a server of calendars or contacts: as for incoming mail, unless it says otherwise. */
export function davLogin(
  { identity, incoming }: Account,
  server: DavServer,
): DavLogin & { readonly username: string } {
  return {
    username: server.username ?? incoming?.username ?? identity.address,
    password: server.password ?? incoming?.password,
  }
}

/**
 * The account with one password for every server that takes one.
 *
 * @throws MailProfileError `invalid_account` for a password that is empty, over-long (512 characters) or not
 *   printable
 *
 * @example
 * ```ts
 * import { loadCatalogue, Secret, withPassword } from 'mailprofile'
 *
 * const catalogue = await loadCatalogue()
 * const account = withPassword(catalogue.account('ann@btinternet.com'), new Secret('of Ann'))
 * console.log(String(account.incoming?.password)) // [secret]
 * ```
 */
export function withPassword(account: MailAccount, password: Secret): MailAccount
export function withPassword(account: Account, password: Secret): Account
export function withPassword(account: Account, given: Secret): Account {
  const password = parseSecret(given)
  if (account.incoming === undefined) return withDavLogin(account, { password })
  return {
    ...account,
    incoming: serverWithPassword(account.incoming, password),
    outgoing: serverWithPassword(account.outgoing, password),
  }
}

/** The account of calendars and contacts with another user name or password, where one is given. */
export function withDavLogin(account: DavAccount, { username, password }: DavLogin): DavAccount {
  const { calendar, contacts } = account
  const login = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  }
  return {
    ...account,
    ...(calendar === undefined ? {} : { calendar: { ...calendar, ...login } }),
    ...(contacts === undefined ? {} : { contacts: { ...contacts, ...login } }),
  }
}

function serverWithPassword<T extends MailServer>(server: T, password: Secret): T {
  const { authentication } = server
  return authentication === 'none' || authentication === 'oauth2' ? server : { ...server, password }
}
