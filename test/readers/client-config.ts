import { DOMParser, type Document, type Element } from '@xmldom/xmldom'

/** A server as this reader understands it. */
export interface ReadConfigServer {
  readonly protocol: string
  readonly host: string
  readonly port: number
  readonly security: string
  readonly authentications: readonly string[]
  readonly username?: string
}

export interface ReadConfig {
  readonly domains: readonly string[]
  readonly mxDomains: readonly string[]
  readonly displayName: string | undefined
  readonly incoming: readonly ReadConfigServer[]
  readonly outgoing: readonly ReadConfigServer[]
}

const SOCKETS: Readonly<Record<string, string>> = {
  ssl: 'tls',
  starttls: 'starttls',
  plain: 'none',
}
const WORDS: Readonly<Record<string, string>> = {
  'password-cleartext': 'password-cleartext',
  plain: 'password-cleartext',
  'password-encrypted': 'password-encrypted',
  secure: 'password-encrypted',
  ntlm: 'ntlm',
  gssapi: 'gssapi',
  oauth2: 'oauth2',
}
const WORDS_OF_SMTP: Readonly<Record<string, string>> = {
  ...WORDS,
  none: 'none',
  'client-ip-address': 'none',
  'smtp-after-pop': 'none',
}
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z](?:[a-z0-9-]*[a-z0-9])?$/

/**
 * A second reading of autoconfig documents, by a DOM and after Thunderbird's `readFromXML.sys.mjs`
 * (140): it shares nothing with the product. For documents of ASCII names without a namespace.
 */
export function readClientConfig(document: string): ReadConfig {
  const dom: Document = new DOMParser().parseFromString(document.replace(/^\uFEFF/, ''), 'text/xml')
  const provider = children(dom.documentElement, 'emailProvider')[0]
  const domains = new Set<string>()
  const mxDomains = new Set<string>()
  for (const element of children(provider, 'domain')) {
    const domain = content(element).toLowerCase()
    if (!HOST.test(domain)) continue
    ;(element.getAttribute('purpose') === 'mx' ? mxDomains : domains).add(domain)
  }
  const incoming = children(provider, 'incomingServer')
    .filter((element) => ['imap', 'pop3'].includes(element.getAttribute('type') ?? ''))
    .flatMap((element) => server(element, WORDS, undefined))
  const outgoing = children(provider, 'outgoingServer')
    .filter((element) => element.getAttribute('type') === 'smtp')
    .flatMap((element) => server(element, WORDS_OF_SMTP, incoming[0]?.username))
  const displayName = children(provider, 'displayName').map(content)[0]
  return { domains: [...domains], mxDomains: [...mxDomains], displayName, incoming, outgoing }
}

function server(
  element: Element,
  words: Readonly<Record<string, string>>,
  otherwise: string | undefined,
): ReadConfigServer[] {
  const value = (name: string) => children(element, name).map(content)[0] ?? ''
  const host = value('hostname')
    .split('%')
    .map((part, index) => (index % 2 === 0 ? part.toLowerCase() : `%${part}%`))
    .join('')
  const port = value('port')
  const security = SOCKETS[value('socketType').toLowerCase()]
  const authentications = children(element, 'authentication').flatMap(
    (authentication) => words[content(authentication).toLowerCase()] ?? [],
  )
  const wants = authentications.some((authentication) => authentication !== 'none')
  const username = value('username') || (wants ? (otherwise ?? '') : '')
  const complete =
    HOST.test(host.replaceAll('%EMAILDOMAIN%', 'a.example')) &&
    /^\d+$/.test(port) &&
    Number(port) > 0 &&
    Number(port) < 65_536 &&
    security !== undefined &&
    authentications.length > 0 &&
    (username !== '' || !wants)
  if (!complete) return []
  const read = {
    protocol: element.getAttribute('type') ?? '',
    host,
    port: Number(port),
    security,
    authentications: [...new Set(authentications)],
  }
  return [username === '' ? read : { ...read, username }]
}

function children(parent: Element | null | undefined, name: string): Element[] {
  return [...(parent?.childNodes ?? [])].filter(
    (node): node is Element => node.nodeType === 1 && node.nodeName === name,
  )
}

function content(element: Element): string {
  return (element.textContent ?? '').replace(/\s+/g, ' ').trim()
}
