import { isIPv4, isIPv6 } from 'node:net'
import { refusedBy, type ReadAccount, type ReadIdentity, type ReadServer } from '../read-account.js'

const APP = 'Thunderbird for Android'
const INCOMING = new Map([
  [0, 'imap'],
  [1, 'pop3'],
])
const OUTGOING = new Map([[0, 'smtp']])
const SECURITY = new Map([
  [0, 'none'],
  [1, 'starttls'],
  [2, 'starttls'],
  [3, 'tls'],
])
const AUTHENTICATION = new Map([
  [0, 'none'],
  [1, 'password-cleartext'],
  [2, 'password-encrypted'],
  [5, 'client-certificate'],
  [6, 'oauth2'],
])

/** What one code holds. */
export interface ThunderbirdQrCode {
  readonly sequence: readonly [number: number, total: number]
  readonly accounts: readonly ReadAccount[]
}

/**
 * A code's text as Thunderbird for Android reads it (`QrCodePayloadAdapter.kt` and
 * `QrCodePayloadValidator.kt`, 24.0): one bad value anywhere and nothing is imported.
 *
 * @throws MailProfileError `invalid_profile`
 */
export function parseThunderbirdQr(text: string): ThunderbirdQrCode {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw refused('It is not JSON.', cause)
  }
  const [version, misc, ...pairs] = array(json, 'The code')
  if (integer(version, 'The version') !== 1) throw refused('Its version is not 1.')
  const [number, total] = array(misc, 'The sequence')
  const sequence = [integer(number, 'The number'), integer(total, 'The total')] as const
  if (pairs.length === 0 || pairs.length % 2 === 1) {
    throw refused('Accounts are pairs of an incoming server and outgoing groups.')
  }
  const accounts: ReadAccount[] = []
  for (let i = 0; i < pairs.length; i += 2) accounts.push(account(pairs[i], pairs[i + 1]))
  return { sequence, accounts }
}

function account(incomingValues: unknown, groupValues: unknown): ReadAccount {
  const [protocol, host, port, security, authentication, username, accountName, password] = array(
    incomingValues,
    'The incoming server',
  )
  const incoming = server(INCOMING, {
    values: [protocol, host, port, security, authentication, username, password],
    what: 'incoming',
  })
  const name = accountName === undefined ? '' : line(accountName, 'The account name')
  // Only the first is used, but all have to be right.
  const groups = array(groupValues, 'The outgoing groups').map(group)
  const [first] = groups
  if (first === undefined) throw refused('There is no outgoing server.')
  return {
    accountName: name === '' ? (first.identities[0]?.address ?? '') : name,
    incoming,
    ...first,
  }
}

function group(value: unknown): Pick<ReadAccount, 'outgoing' | 'identities'> {
  const [serverValues, ...identityValues] = array(value, 'An outgoing group')
  const outgoing = server(OUTGOING, {
    values: array(serverValues, 'The outgoing server'),
    what: 'outgoing',
  })
  if (identityValues.length === 0) throw refused('There is no identity.')
  return { outgoing, identities: identityValues.map(identity) }
}

function identity(value: unknown): ReadIdentity {
  const [address, name] = array(value, 'An identity')
  const read = string(address, 'The address')
  if (!isUserAddress(read)) throw refused('The address of an identity is not one.')
  return { address: read, name: line(name, 'The display name') }
}

function server(
  protocols: ReadonlyMap<number, string>,
  { values, what }: { readonly values: readonly unknown[]; readonly what: string },
): ReadServer {
  const [protocol, host, port, security, authentication, username, password] = values
  const number = integer(port, `The ${what} port`)
  if (number < 1 || number > 65_535) throw refused(`The ${what} port is not a port.`)
  const name = string(host, `The ${what} host`)
  if (!isHost(name)) throw refused(`The ${what} host is not a host name.`)
  const secret = password === undefined ? '' : line(password, `The ${what} password`)
  return {
    protocol: word(protocols, protocol, `The ${what} protocol`),
    host: name,
    port: number,
    security: word(SECURITY, security, `The ${what} security`),
    authentication: word(AUTHENTICATION, authentication, `The ${what} authentication`),
    username: line(username, `The ${what} user name`),
    // An empty one is asked for.
    password: secret === '' ? undefined : secret,
  }
}

function word(words: ReadonlyMap<number, string>, value: unknown, what: string): string {
  const found = words.get(integer(value, what))
  if (found === undefined) throw refused(`${what} has a value that it does not know.`)
  return found
}

// Moshi's nextInt: numbers and numeric strings, if they are whole.
function integer(value: unknown, what: string): number {
  const number =
    typeof value === 'string' && /^\s*[+-]?[\d.eE+-]+\s*$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number) || Math.abs(number) > 2 ** 31 - 1) {
    throw refused(`${what} is not a whole number.`)
  }
  return number
}

// Moshi's nextString: strings and numbers, never null.
function string(value: unknown, what: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  throw refused(`${what} is not text.`)
}

function line(value: unknown, what: string): string {
  const text = string(value, what)
  if (/[\r\n]/.test(text)) throw refused(`${what} holds a line break.`)
  return text
}

function array(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw refused(`${what} is not an array.`)
  return value
}

// HostNameUtils.kt: RFC 1123, a trailing dot allowed, or an IP address without brackets.
function isHost(text: string): boolean {
  if (isIPv4(text) || (isIPv6(text) && !text.includes('%'))) return true
  if (text.length === 0 || text.length > 255) return false
  const labels = text.replace(/\.$/, '').split('.')
  return labels.every((label) => /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label))
}

// EmailAddressParserConfig.LIMITED: a dot-atom, no quotes, no address literal, ASCII.
function isUserAddress(text: string): boolean {
  const match =
    /^([A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*)@([A-Za-z0-9.-]+)$/.exec(
      text,
    )
  if (match === null || text.length > 254) return false
  const [, local = '', domain = ''] = match
  return local.length <= 64 && domain.length <= 253 && isHost(domain) && !domain.endsWith('.')
}

function refused(why: string, cause?: unknown): Error {
  return refusedBy(APP, why, cause)
}
