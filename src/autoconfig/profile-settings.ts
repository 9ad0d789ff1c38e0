import { parse } from 'plist'
import { localPart, parseAddress, domainOf, type Address } from '../account/address.js'
import type { Fields } from '../account/fields.js'
import { securityOfPort } from '../account/usual-port.js'
import { pathSegment } from '../encoding/uri.js'
import { readXml, type XmlNode } from '../encoding/read-xml.js'
import { MailProfileError } from '../errors.js'
import { readClientConfig, type ClientConfig } from './client-config.js'
import { configNode } from './config-node.js'
import { fieldsOf, fieldText } from './fields-of.js'
import { legible, shown, type Skipped } from './findings.js'

const MAX_DEPTH = 30
const MAIL = 'com.apple.mail.managed'
const CALENDAR = 'com.apple.caldav.account'
const CONTACTS = 'com.apple.carddav.account'
const WHOLE_ADDRESS = '%EMAILADDRESS%'
const LOCAL_PART = '%EMAILLOCALPART%'

// Apple, com.apple.mail.managed. What has no name here is none that a password can do.
const AUTHENTICATION: ReadonlyMap<string, string> = new Map([
  ['EmailAuthPassword', 'password-cleartext'],
  ['EmailAuthCRAMMD5', 'password-encrypted'],
  ['EmailAuthNTLM', 'NTLM'],
  ['EmailAuthNone', 'none'],
])

/** Whether a text looks like a configuration profile without a signature. */
export function isProfile(text: string): boolean {
  return /^\s*<(?:[^]{0,2000}<)?plist[\s>]/.test(text.slice(0, 4000))
}

/**
 * The settings in somebody's configuration profile (`.mobileconfig`), for everybody: log-ins that are the
 * profile's address, or the part before its @, are that of each mailbox, also in a path. Its first account of mail, the
 * first calendar and the first contacts count. Passwords stay behind.
 *
 * @param text without a signature
 * @throws MailProfileError `invalid_autoconfig` where it is no profile, or has no account of mail
 */
export function readProfileSettings(text: string): ClientConfig {
  const profile = fieldsOf(readPlist(text))
  const content: unknown = profile['PayloadContent']
  const payloads = Array.isArray(content) ? content.map(fieldsOf) : []
  const [mail, calendar, contacts] = [MAIL, CALENDAR, CONTACTS].map((type) =>
    payloads.find(({ PayloadType }) => PayloadType === type),
  )
  if (mail === undefined) throw invalid('It has no account of mail.')
  const address = addressOf(mail)
  const isPop = mail['EmailAccountType'] === 'EmailTypePOP'
  const config = readClientConfig(
    configNode('clientConfig', [
      configNode('emailProvider', [
        ...(address === undefined ? [] : [configNode('domain', domainOf(address))]),
        configNode('displayName', nameOf(profile, mail)),
        serverNode('Incoming', isPop ? 'pop3' : 'imap', mail, address),
        serverNode('Outgoing', 'smtp', mail, address),
        ...(calendar === undefined ? [] : [davNode('calendar', 'CalDAV', calendar, address)]),
        ...(contacts === undefined ? [] : [davNode('addressbook', 'CardDAV', contacts, address)]),
      ]),
    ]),
  )
  return {
    ...config,
    skipped: [
      ...config.skipped,
      ...payloads
        .filter((payload) => ![mail, calendar, contacts].includes(payload))
        .map(({ PayloadType: type }) => payloadSkipped(fieldText(type))),
      ...(payloads.some(hasPassword)
        ? [{ what: 'password', reason: 'No provider file holds one.' }]
        : []),
    ],
    warnings: [
      ...config.warnings,
      ...(fieldText(mail['IncomingMailServerUsername']) === ''
        ? ['It has no user name, which devices ask for: the address is used.']
        : []),
    ],
  }
}

function hasPassword(payload: Fields): boolean {
  return Object.entries(payload).some(
    ([key, value]) => key.endsWith('Password') && fieldText(value),
  )
}

function payloadSkipped(type: string): Skipped {
  const isAccount = [MAIL, CALENDAR, CONTACTS].includes(type)
  return {
    what: `payload ${legible(type) ?? '(what cannot be shown)'}`,
    reason: isAccount
      ? 'Only the first of a kind is used.'
      : 'Only mail, calendars and contacts are set up.',
  }
}

function serverNode(
  direction: 'Incoming' | 'Outgoing',
  type: 'imap' | 'pop3' | 'smtp',
  mail: Fields,
  address: Address | undefined,
): XmlNode {
  const value = (name: string): unknown => mail[`${direction}MailServer${name}`]
  const isEncrypted = value('UseSSL') === true
  const port = fieldText(value('PortNumber')) || usualPort(type, isEncrypted)
  // Apple's UseSSL is for both kinds: devices take STARTTLS at the ports that begin so.
  const socketType = securityOfPort(Number(port)) === 'starttls' ? 'STARTTLS' : 'SSL'
  const authentication = fieldText(value('Authentication'))
  const username = fieldText(value('Username'))
  return configNode(
    type === 'smtp' ? 'outgoingServer' : 'incomingServer',
    [
      configNode('hostname', fieldText(value('HostName'))),
      configNode('port', port),
      configNode('socketType', isEncrypted ? socketType : 'plain'),
      configNode('authentication', AUTHENTICATION.get(authentication) ?? authentication),
      configNode(
        'username',
        username === '' && type !== 'smtp' ? WHOLE_ADDRESS : forEverybody(username, address),
      ),
    ],
    { type },
  )
}

// Where a profile has no port: Apple names none of incoming mail; for sending, devices try 25, 587 and 465.
function usualPort(type: 'imap' | 'pop3' | 'smtp', isEncrypted: boolean): string {
  if (type === 'smtp') return '587'
  if (type === 'imap') return isEncrypted ? '993' : '143'
  return isEncrypted ? '995' : '110'
}

function davNode(
  element: string,
  prefix: 'CalDAV' | 'CardDAV',
  payload: Fields,
  address: Address | undefined,
): XmlNode {
  const value = (name: string) => fieldText(payload[`${prefix}${name}`])
  // Apple's default for these, unlike that for mail.
  const scheme = payload[`${prefix}UseSSL`] === false ? 'http' : 'https'
  const port = value('Port') === '' ? '' : `:${value('Port')}`
  const principal = value('PrincipalURL')
  // automx2 writes a whole URL there.
  const path = /^https?:/.test(principal)
    ? principal.replace(/^https?:\/*[^/]*/, '')
    : principal.replace(/^(?!\/|$)/, '/')
  return configNode(element, [
    configNode('url', `${scheme}://${value('HostName')}${port}${pathForEverybody(path, address)}`),
    configNode('username', forEverybody(value('Username'), address)),
  ])
}

function forEverybody(username: string, address: Address | undefined): string {
  if (address === undefined) return username
  if (username.toLowerCase() === address.toLowerCase()) return WHOLE_ADDRESS
  return username === localPart(address) ? LOCAL_PART : username
}

// The address wherever it stands, and what is before its @ where a part of the path is that alone.
function pathForEverybody(path: string, address: Address | undefined): string {
  if (address === undefined) return path
  const addresses = [pathSegment(address), address]
  const local = localPart(address)
  return path
    .split('/')
    .map((part) => {
      const folded = part.toLowerCase()
      if (addresses.some((one) => one.toLowerCase() === folded)) return WHOLE_ADDRESS
      if (part === local || part === pathSegment(local)) return LOCAL_PART
      return addresses.reduce((text, one) => text.replaceAll(one, WHOLE_ADDRESS), part)
    })
    .join('/')
}

// What is somebody's address, as many have it, is nobody else's name.
function nameOf(profile: Fields, mail: Fields): string {
  const names = [
    profile['PayloadDisplayName'],
    profile['PayloadOrganization'],
    mail['EmailAccountDescription'],
  ].map(fieldText)
  return names.find((name) => name !== '' && !name.includes('@')) ?? ''
}

function addressOf({ EmailAddress: given }: Fields): Address | undefined {
  if (given === undefined) return undefined
  try {
    return parseAddress(given)
  } catch (cause) {
    throw invalid(`Its EmailAddress, ${shown(fieldText(given))}, is none.`, cause)
  }
}

function readPlist(text: string): unknown {
  try {
    // The parser at the end prints what it finds wrong; this one only throws.
    readXml(text, { maxDepth: MAX_DEPTH })
    return parse(text)
  } catch (cause) {
    throw invalid('It is not a property list.', cause)
  }
}

function invalid(why: string, cause?: unknown): MailProfileError {
  return new MailProfileError(
    'invalid_autoconfig',
    `This is no configuration profile that can be used. ${why}`,
    { cause },
  )
}
