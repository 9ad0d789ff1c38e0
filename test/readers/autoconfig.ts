import { childOf, readXml, textOf, type XmlNode } from '../../src/encoding/read-xml.js'
import { isDomainName } from '../../src/account/host-name.js'

/** Apps that ask for Mozilla's autoconfig. */
export type AutoconfigApp = 'thunderbird-android' | 'fairemail-play' | 'fairemail'

const ISPDB = 'https://autoconfig.thunderbird.net/v1.1'
const TRANSPORTS = ['https', 'http'] as const

/** The addresses that an app asks for the settings of a mailbox, the first answer of which counts. */
export function autoconfigUrls(app: AutoconfigApp, address: string): string[] {
  const domain = address.slice(address.lastIndexOf('@') + 1)
  // FairEmail tells the address, not even percent-encoded; Thunderbird for Android never does.
  const query = app === 'fairemail' ? `?emailaddress=${address}` : ''
  const own = TRANSPORTS.flatMap((transport) => [
    `${transport}://autoconfig.${domain}/mail/config-v1.1.xml${query}`,
    `${transport}://${domain}/.well-known/autoconfig/mail/config-v1.1.xml${query}`,
  ])
  // The build of Google Play asks the database only.
  return [...(app === 'fairemail-play' ? [] : own), `${ISPDB}/${domain}`]
}

/** What comes of a document: the servers, or `rejected`, or servers that do not exist. */
export interface AutoconfigResult {
  readonly outcome: 'ok' | 'broken' | 'rejected'
  readonly incoming?: { readonly host: string; readonly port: number; readonly username: string }
}

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
  return { outcome: 'ok', incoming: place(first, address, true) }
}

/** As FairEmail reads it (`EmailProvider.java`, 1.2331): the first incoming server, whatever it is. */
export function fairemailAutoconfig(document: string, address: string): AutoconfigResult {
  const provider = providerOf(document)
  const first = childOf(provider, 'incomingServer')
  if (first?.attributes['type'] !== 'imap') return REJECTED
  const incoming = place(first, address, false)
  return { outcome: incoming.host.includes('%') ? 'broken' : 'ok', incoming }
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

function place(server: XmlNode, address: string, expandHost: boolean) {
  const host = textOf(server, 'hostname') ?? ''
  return {
    host: expandHost ? expand(host, address) : host,
    port: Number(textOf(server, 'port')),
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
