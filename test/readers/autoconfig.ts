import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import { childOf, readXml, textOf, type XmlNode } from '../../src/encoding/read-xml.js'
import { isDomainName } from '../../src/account/host-name.js'

/** Programs that ask for Mozilla's autoconfig. */
export type AutoconfigApp =
  | 'thunderbird-android'
  | 'thunderbird'
  | 'fairemail-play'
  | 'fairemail'
  | 'evolution'
  | 'kmail'
  | 'geary'
  | 'deltachat'

const ISPDB = 'https://autoconfig.thunderbird.net/v1.1'
const TRANSPORTS = ['https', 'http'] as const

/** The addresses that an app asks for the settings of a mailbox, the first answer of which counts. */
export function autoconfigUrls(app: AutoconfigApp, address: string): string[] {
  const domain = address.slice(address.lastIndexOf('@') + 1)
  const query = queryOf(app, address)
  const own = TRANSPORTS.flatMap((transport) => [
    `${transport}://autoconfig.${domain}/mail/config-v1.1.xml${query}`,
    // Delta Chat tells the address to the name made for it only (core 48888898).
    `${transport}://${domain}/.well-known/autoconfig/mail/config-v1.1.xml${app === 'deltachat' ? '' : query}`,
  ])
  // The build of Google Play asks the database only.
  return [...(app === 'fairemail-play' ? [] : own), `${ISPDB}/${domain}`]
}

function queryOf(app: AutoconfigApp, address: string): string {
  switch (app) {
    case 'thunderbird':
    case 'deltachat':
      return `?emailaddress=${encodeURIComponent(address)}`
    // Not even percent-encoded.
    case 'fairemail':
      return `?emailaddress=${address}`
    case 'evolution': {
      const digest = createHash('md5').update(address).digest('hex')
      return `?emailaddress=${encodeURIComponent(address)}&emailmd5=${digest}`
    }
    default:
      return ''
  }
}

/** What comes of a document: the servers, or `rejected`, or servers that do not exist. */
export interface AutoconfigResult {
  readonly outcome: 'ok' | 'broken' | 'rejected'
  readonly incoming?: ReadPlace
  readonly outgoing?: ReadPlace
}

export interface ReadPlace {
  readonly host: string
  readonly port: number
  readonly security: string
  readonly username: string
}

const SECURITY = new Map([
  ['SSL', 'tls'],
  ['STARTTLS', 'starttls'],
])
const REJECTED: AutoconfigResult = { outcome: 'rejected' }
const KNOWN_AUTHENTICATION = new Set(['password-cleartext', 'password-encrypted', 'OAuth2'])

/** As Thunderbird for Android reads it (`RealAutoconfigParser.kt`, 24.0). */
export function thunderbirdAutoconfig(document: string, address: string): AutoconfigResult {
  const provider = providerOf(document)
  if (provider === undefined || !isDomainName(provider.attributes['id'] ?? '')) return REJECTED
  const domains = provider.elements.filter(({ name }) => name === 'domain')
  if (!domains.some(({ text }) => isDomainName(text.toLowerCase()))) return REJECTED
  const incoming = serversOf(provider, 'incomingServer', 'imap')
  const outgoing = serversOf(provider, 'outgoingServer', 'smtp')
  // One server that is not as it should be spoils the document.
  if (![...incoming, ...outgoing].every(isComplete)) return REJECTED
  const [first] = incoming
  if (first === undefined || outgoing.length === 0) return REJECTED
  return {
    outcome: 'ok',
    incoming: place(first, address, true),
    outgoing: place(outgoing[0], address, true),
  }
}

/** As FairEmail reads it (`EmailProvider.java`, 1.2331): the first incoming server, whatever it is. */
export function fairemailAutoconfig(document: string, address: string): AutoconfigResult {
  const provider = providerOf(document)
  const first = childOf(provider, 'incomingServer')
  if (first?.attributes['type'] !== 'imap') return REJECTED
  const servers = provider?.elements.filter(({ name }) => name.endsWith('Server'))
  // It keeps one user name, and every one that it meets replaces it.
  const last = servers?.findLast((server) => textOf(server, 'username') !== undefined)
  const username = expand(textOf(last, 'username') ?? '', address)
  const incoming = { ...place(first, address, false), username }
  const outgoing = { ...place(childOf(provider, 'outgoingServer'), address, false), username }
  return { outcome: incoming.host.includes('%') ? 'broken' : 'ok', incoming, outgoing }
}

// Hosts for which it has an OAuth2 client of its own (`OAuth2Providers.sys.mjs`, cf9726f5), in part.
const OAUTH_HOSTS = new Set([
  ...['outlook.office365.com', 'smtp-mail.outlook.com', 'smtp.office365.com'],
  ...[
    'imap.gmail.com',
    'pop.gmail.com',
    'smtp.gmail.com',
    'imap.fastmail.com',
    'smtp.fastmail.com',
  ],
])
const DESKTOP_AUTHENTICATION = /^(?:password-(?:cleartext|encrypted)|NTLM|GSSAPI|OAuth2|none)$/

/**
 * As Thunderbird on a desktop reads it (`readFromXML.sys.mjs`, cf9726f5): servers that it cannot use
 * are passed over one by one, OAuth2 counts only for hosts that it knows, and placeholders in names
 * stay. It wants a server for each direction.
 */
export function thunderbirdDesktopAutoconfig(document: string, address: string): AutoconfigResult {
  const provider = providerOf(document)
  if (provider === undefined || !isDomainName(provider.attributes['id'] ?? '')) return REJECTED
  const domains = provider.elements.filter(({ name }) => name === 'domain')
  if (!domains.some(({ text }) => isDomainName(text.toLowerCase()))) return REJECTED
  const usable = (name: string) =>
    provider.elements.find(
      (server) =>
        server.name === name &&
        isHost(expand(textOf(server, 'hostname') ?? '', address)) &&
        ['SSL', 'STARTTLS', 'plain'].includes(textOf(server, 'socketType') ?? '') &&
        server.elements.some(
          ({ name: element, text }) =>
            element === 'authentication' &&
            DESKTOP_AUTHENTICATION.test(text) &&
            (text !== 'OAuth2' || OAUTH_HOSTS.has(textOf(server, 'hostname') ?? '')),
        ),
    )
  const incoming = usable('incomingServer')
  const outgoing = usable('outgoingServer')
  if (incoming === undefined || outgoing === undefined) return REJECTED
  return {
    outcome: 'ok',
    incoming: place(incoming, address, true),
    outgoing: place(outgoing, address, true),
  }
}

/**
 * As Evolution, KMail (8163b657), Geary and Delta Chat (core 48888898) read it: the first IMAP server
 * with a host and the first for SMTP, whatever else there is.
 */
export function lenientAutoconfig(document: string, address: string): AutoconfigResult {
  const provider = providerOf(document)
  if (provider === undefined) return REJECTED
  const [incoming] = serversOf(provider, 'incomingServer', 'imap')
  const [outgoing] = serversOf(provider, 'outgoingServer', 'smtp')
  if (incoming === undefined || outgoing === undefined) return REJECTED
  return {
    outcome: 'ok',
    incoming: place(incoming, address, true),
    outgoing: place(outgoing, address, true),
  }
}

function isHost(text: string): boolean {
  return isDomainName(text) || isIP(text) > 0
}

function providerOf(document: string): XmlNode | undefined {
  return childOf(readXml(document), 'emailProvider')
}

function serversOf(provider: XmlNode, name: string, type: string): XmlNode[] {
  return provider.elements.filter(
    (element) => element.name === name && element.attributes['type'] === type,
  )
}

function isComplete(server: XmlNode): boolean {
  const authentications = server.elements.filter(({ name }) => name === 'authentication')
  return (
    textOf(server, 'hostname') !== undefined &&
    /^\d+$/.test(textOf(server, 'port') ?? '') &&
    ['SSL', 'STARTTLS'].includes(textOf(server, 'socketType') ?? '') &&
    textOf(server, 'username') !== undefined &&
    authentications.some(({ text }) => KNOWN_AUTHENTICATION.has(text))
  )
}

function place(server: XmlNode | undefined, address: string, expandHost: boolean): ReadPlace {
  const host = textOf(server, 'hostname') ?? ''
  return {
    host: expandHost ? expand(host, address) : host,
    port: Number(textOf(server, 'port')),
    security: SECURITY.get(textOf(server, 'socketType') ?? '') ?? 'none',
    username: expand(textOf(server, 'username') ?? '', address),
  }
}

function expand(template: string, address: string): string {
  const at = address.lastIndexOf('@')
  return template
    .replaceAll('%EMAILADDRESS%', address)
    .replaceAll('%EMAILLOCALPART%', address.slice(0, at))
    .replaceAll('%EMAILDOMAIN%', address.slice(at + 1))
}
