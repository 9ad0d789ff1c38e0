import { childOf, readXml, textOf, type XmlNode } from '../../encoding/read-xml.js'
import { refusedBy, type ReadAccount, type ReadServer } from '../read-account.js'

const APP = 'Thunderbird for Android'
// `ServerSettingsDescriptions.kt` and the upgraders to these versions: older files are brought up to them.
const FIRST_VERSION_WITH_NONE = 95
const FIRST_VERSION_WITHOUT_AUTOMATIC = 94
// From here a missing security is an error instead of TLS.
const FIRST_VERSION_WITH_SECURITY = 92

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const ADDRESS =
  /^[A-Za-z0-9+._%!#$&'*/=?^`{|}~-]{1,256}@[A-Za-z0-9][A-Za-z0-9-]{0,64}(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,25})+$/
const SECURITY = new Map([
  ['NONE', 'none'],
  ['STARTTLS_REQUIRED', 'starttls'],
  ['SSL_TLS_REQUIRED', 'tls'],
])
const AUTHENTICATION = new Map([
  ['PLAIN', 'password-cleartext'],
  ['CRAM_MD5', 'password-encrypted'],
  ['EXTERNAL', 'client-certificate'],
  ['XOAUTH2', 'oauth2'],
  ['NONE', 'none'],
])
const OLD_SECURITY = new Map([
  ['STARTTLS_OPTIONAL', 'starttls'],
  ['SSL_TLS_OPTIONAL', 'tls'],
])
const WITHOUT_PASSWORD = new Set(['client-certificate', 'oauth2', 'none'])

/** An account as the app imports it. */
export interface K9Account extends ReadAccount {
  readonly uuid: string
  /** Whether the app asks for it after the import. */
  readonly incomingPasswordNeeded: boolean
  readonly outgoingPasswordNeeded: boolean
}

/** What the app would do with a settings file. */
export interface K9Import {
  readonly version: number
  readonly accounts: readonly K9Account[]
  /** Accounts that it reports as failed, with the reason. */
  readonly failed: readonly { readonly uuid: string; readonly why: string }[]
}

/**
 * A `.k9s` file as Thunderbird for Android and K-9 import it (`SettingsFileParser.kt`,
 * `SettingsImporter.kt`, `ServerSettingsValidator.kt`, 24.0). Values are not trimmed.
 *
 * @throws MailProfileError `invalid_profile` for what the app cannot read at all
 */
export function parseK9Settings(document: string): K9Import {
  const root = readDocument(document)
  if (root.name !== 'k9settings') throw refused('It is no settings file.')
  if (root.attributes['format'] !== '1') throw refused('Its format is not 1.')
  const version = positiveInteger(root.attributes['version'])
  if (version === undefined) throw refused('Its version is not a number.')
  const accounts = new Map<string, XmlNode>()
  for (const node of childOf(root, 'accounts')?.elements ?? []) {
    if (node.name !== 'account') continue
    const uuid = node.attributes['uuid']
    if (uuid === undefined) throw refused('An account has no uuid.')
    // Dropped without a word, as is a second account of the same one.
    if (UUID.test(uuid) && !accounts.has(uuid)) accounts.set(uuid, node)
  }
  if (accounts.size === 0 && childOf(root, 'global') === undefined) {
    throw refused('It holds neither app settings nor an account.')
  }
  const imported: K9Account[] = []
  const failed: { uuid: string; why: string }[] = []
  for (const [uuid, node] of accounts) {
    const account = readAccount(uuid, node, version)
    if (typeof account === 'string') failed.push({ uuid, why: account })
    else imported.push(account)
  }
  return { version, accounts: imported, failed }
}

// An account, or why the app reports it as failed.
function readAccount(uuid: string, node: XmlNode, version: number): K9Account | string {
  const incoming = readServer(childOf(node, 'incoming-server'), ['IMAP', 'POP3'], version)
  if (typeof incoming === 'string') return `Its incoming server: ${incoming}`
  const outgoing = readServer(childOf(node, 'outgoing-server'), ['SMTP'], version)
  if (typeof outgoing === 'string') return `Its outgoing server: ${outgoing}`
  const identities = (childOf(node, 'identities')?.elements ?? [])
    .filter(({ name }) => name === 'identity')
    .map((identity) => ({
      address: textOf(identity, 'email') ?? '',
      name: textOf(identity, 'name') ?? '',
    }))
  if (identities.length === 0) return 'It has no identity.'
  if (!identities.every(({ address }) => ADDRESS.test(address))) {
    return 'The address of an identity is not one.'
  }
  return {
    uuid,
    accountName: textOf(node, 'name') ?? uuid,
    identities,
    incoming,
    outgoing,
    incomingPasswordNeeded: needsPassword(incoming),
    outgoingPasswordNeeded: outgoing.username !== '' && needsPassword(outgoing),
  }
}

function readServer(
  node: XmlNode | undefined,
  types: readonly string[],
  version: number,
): ReadServer | string {
  if (node === undefined) return 'it is missing.'
  const type = node.attributes['type'] ?? ''
  if (!types.includes(type)) return 'its type is unknown.'
  const host = textOf(node, 'host') ?? ''
  if (host === '') return 'its host is missing.'
  const security = readSecurity(textOf(node, 'connection-security'), version)
  if (security === undefined) return 'its connection-security is missing or unknown.'
  const word = readAuthentication(textOf(node, 'authentication-type') ?? '', security, version)
  if (word === undefined) return 'its authentication-type is missing or unknown.'
  const username = textOf(node, 'username') ?? ''
  // Before there was a word for it, a missing user name said so.
  const isOpen = username === '' && version < FIRST_VERSION_WITH_NONE
  const authentication = isOpen ? 'none' : word
  const password = isOpen ? '' : (textOf(node, 'password') ?? '')
  if (/[\r\n]/.test(username + password)) return 'its user name or password holds a line break.'
  const port = positiveInteger(textOf(node, 'port'))
  return {
    protocol: type.toLowerCase(),
    host,
    // The app takes it as -1 and makes an account that cannot connect.
    port: port === undefined || port > 65_535 ? -1 : port,
    security,
    authentication,
    username,
    password: password === '' ? undefined : password,
  }
}

function readSecurity(word: string | undefined, version: number): string | undefined {
  if (version >= FIRST_VERSION_WITH_SECURITY) return SECURITY.get(word ?? '')
  return word === undefined ? 'tls' : (OLD_SECURITY.get(word) ?? SECURITY.get(word))
}

function readAuthentication(word: string, security: string, version: number): string | undefined {
  if (version < FIRST_VERSION_WITHOUT_AUTOMATIC) {
    if (word === 'LOGIN') return 'password-cleartext'
    if (word === 'AUTOMATIC')
      return security === 'none' ? 'password-encrypted' : 'password-cleartext'
  }
  return word === 'NONE' && version < FIRST_VERSION_WITH_NONE ? undefined : AUTHENTICATION.get(word)
}

function needsPassword({ authentication = '', password }: ReadServer): boolean {
  return password === undefined && !WITHOUT_PASSWORD.has(authentication)
}

function positiveInteger(text: string | undefined): number | undefined {
  const number = text !== undefined && /^\+?\d{1,10}$/.test(text) ? Number(text) : 0
  return number > 0 && number < 2 ** 31 ? number : undefined
}

function readDocument(document: string): XmlNode {
  try {
    return readXml(document)
  } catch (cause) {
    throw refused('It is not XML.', cause)
  }
}

function refused(why: string, cause?: unknown): Error {
  return refusedBy(APP, why, cause)
}
