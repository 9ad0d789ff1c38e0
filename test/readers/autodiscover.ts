import { childOf, childrenOf, readXml, textOf, type XmlNode } from '../../src/encoding/read-xml.js'
import { parseAutodiscover } from '../../src/formats/outlook-autodiscover/reader.js'

/** A server as some program takes it from an Autodiscover answer. */
export interface DiscoveredServer {
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'starttls' | 'none'
  readonly username: string
}

export interface DiscoveredServers {
  readonly imap?: DiscoveredServer | undefined
  readonly pop3?: DiscoveredServer | undefined
  readonly smtp?: DiscoveredServer | undefined
}

/** The body that Outlook and others send. */
export function autodiscoverRequest(
  address: string,
  schema = 'outlook/responseschema/2006a',
): string {
  const base = 'http://schemas.microsoft.com/exchange/autodiscover'
  return (
    `<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="${base}/outlook/requestschema/2006">` +
    `<Request><EMailAddress>${address}</EMailAddress>` +
    `<AcceptableResponseSchema>${base}/${schema}</AcceptableResponseSchema></Request></Autodiscover>`
  )
}

/** As classic Outlook and eM Client do, by the letter of MS-OXDSCLI: the first of each type. */
export function outlookAutodiscover(document: string, address: string): DiscoveredServers {
  const { protocols } = parseAutodiscover(document)
  return serversOf((type) => {
    const found = protocols.find((protocol) => protocol.type === type)
    if (found === undefined) return undefined
    const { host, port, security, username = address } = found
    return { host, port, security: security === 'automatic' ? 'tls' : security, username }
  })
}

/** As Thunderbird does (`ExchangeAutoDiscover.sys.mjs`, cf9726f5): STARTTLS by the port. */
export function thunderbirdAutodiscover(document: string, address: string): DiscoveredServers {
  const account = childOf(childOf(readXml(document), 'Response'), 'Account')
  return serversOf((type) =>
    byPort(
      childrenOf(account, 'Protocol').find((node) => textOf(node, 'Type') === type),
      address,
      [143, 110, 25, 587],
    ),
  )
}

/** As FairEmail does (1.2331): the account's type has to come first, and the last IMAP server counts. */
export function fairemailAutodiscover(document: string, address: string): DiscoveredServers {
  const account = childOf(childOf(readXml(document), 'Response'), 'Account')
  const [first] = account?.elements ?? []
  if (first?.name !== 'AccountType' || first.text !== 'email') return {}
  return serversOf((type) =>
    byPort(
      childrenOf(account, 'Protocol').findLast((node) => textOf(node, 'Type') === type),
      address,
      [143, 587],
    ),
  )
}

function serversOf(find: (type: string) => DiscoveredServer | undefined): DiscoveredServers {
  return { imap: find('IMAP'), pop3: find('POP3'), smtp: find('SMTP') }
}

function byPort(
  node: XmlNode | undefined,
  address: string,
  starttls: readonly number[],
): DiscoveredServer | undefined {
  if (node === undefined) return undefined
  const port = Number(textOf(node, 'Port'))
  const isEncrypted = textOf(node, 'SSL') === 'on'
  return {
    host: textOf(node, 'Server') ?? '',
    port,
    security: !isEncrypted ? 'none' : starttls.includes(port) ? 'starttls' : 'tls',
    username: textOf(node, 'LoginName') ?? address,
  }
}
