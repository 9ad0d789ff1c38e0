import { parseUrl } from '../../account/web-url.js'
import { childOf, childrenOf, readXml, textOf, type XmlNode } from '../../encoding/read-xml.js'
import { refusedBy } from '../read-account.js'

const APP = 'Outlook'
const NAMESPACE = 'http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006'
const OUTLOOK = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a'

// An answer has five. A name is looked for in all elements around it: without a bound, in the square of them.
const MAX_DEPTH = 30

/** A server as an Autodiscover answer names it. */
export interface AutodiscoverProtocol {
  readonly type: string
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'starttls' | 'none' | 'automatic'
  /** Each client guesses where it is absent. */
  readonly username?: string | undefined
  readonly signsIn: boolean
}

/** Calendars (`CalDAV`) or contacts (`CardDAV`), which eM Client reads and others pass over. */
export interface AutodiscoverCollection {
  readonly type: string
  readonly url: string
  readonly username?: string | undefined
}

/** Where an answer leads that holds no settings: a URL to ask at, or another address to ask as. */
export interface AutodiscoverRedirect {
  readonly kind: 'url' | 'address'
  readonly target: string
}

export interface AutodiscoverAnswer {
  /** Whom it was made for; absent in an answer to nobody in particular. */
  readonly address?: string | undefined
  /** None where it leads elsewhere. */
  readonly protocols: readonly AutodiscoverProtocol[]
  readonly collections: readonly AutodiscoverCollection[]
  /** The types of what no mail program takes for a server of mail, such as Exchange's. */
  readonly others: readonly string[]
  readonly redirect?: AutodiscoverRedirect | undefined
}

const MAIL = ['IMAP', 'POP3', 'SMTP']
const COLLECTIONS = ['CalDAV', 'CardDAV']

const SECURITY = new Map([
  ['SSL', 'tls'],
  ['TLS', 'starttls'],
  ['None', 'none'],
  ['Auto', 'automatic'],
] as const)

/**
 * An answer as MS-OXDSCLI 24.1 has it (section 2.2.4), with FairEmail's wish that the account's type
 * comes first.
 *
 * @throws MailProfileError `invalid_profile`
 */
export function parseAutodiscover(document: string): AutodiscoverAnswer {
  const root = readDocument(document)
  const attributes = root.attributes
  if (root.name !== 'Autodiscover' || attributes['xmlns'] !== NAMESPACE) {
    throw refusedBy(APP, 'It is no Autodiscover answer, or in another namespace.')
  }
  const error = root.elements
    .flatMap(({ elements }) => elements)
    .find(({ name }) => name.replace(/^\{.*\}/, '') === 'Error')
  if (error !== undefined) throw refusedBy(APP, 'It is an error, not an answer.')
  const response = childOf(root, qualified('Response'))
  const account = childOf(response, qualified('Account'))
  if (account === undefined) throw refusedBy(APP, 'It holds no account in the namespace of 2006a.')
  const redirect = readRedirect(account)
  if (redirect !== undefined) return { protocols: [], collections: [], others: [], redirect }
  const names = account.elements.map(({ name }) => name)
  if (
    names.indexOf(qualified('AccountType')) !== 0 ||
    textOf(account, qualified('AccountType')) !== 'email' ||
    textOf(account, qualified('Action')) !== 'settings'
  ) {
    throw refusedBy(APP, 'Its account does not begin with AccountType email, or has no settings.')
  }
  const all = childrenOf(account, qualified('Protocol'))
  const protocols = all.filter((node) => MAIL.includes(typeOf(node))).map(readProtocol)
  if (protocols.length === 0) throw refusedBy(APP, 'It names no server.')
  const user = childOf(response, qualified('User'))
  return {
    address: textOf(user, qualified('AutoDiscoverSMTPAddress')),
    protocols,
    collections: all.filter((node) => COLLECTIONS.includes(typeOf(node))).map(readCollection),
    others: all.map(typeOf).filter((type) => ![...MAIL, ...COLLECTIONS].includes(type)),
  }
}

// The type of the account counts for settings only: real servers leave it out.
function readRedirect(account: XmlNode): AutodiscoverRedirect | undefined {
  const value = (name: string) => textOf(account, qualified(name))?.trim() ?? ''
  switch (value('Action')) {
    case 'redirectUrl': {
      const target = value('RedirectUrl')
      if (parseUrl(target)?.protocol !== 'https:') {
        throw refusedBy(APP, 'It leads to no https address.')
      }
      return { kind: 'url', target }
    }
    case 'redirectAddr': {
      const target = value('RedirectAddr')
      if (!/^[^\s@]+@[^\s@]+$/.test(target)) throw refusedBy(APP, 'It leads to no mail address.')
      return { kind: 'address', target }
    }
    default:
      return undefined
  }
}

function typeOf(node: XmlNode): string {
  return textOf(node, qualified('Type'))?.trim() ?? ''
}

function readCollection(node: XmlNode): AutodiscoverCollection {
  const value = (name: string) => textOf(node, qualified(name))?.trim()
  return { type: typeOf(node), url: value('Server') ?? '', username: value('LoginName') }
}

function readProtocol(node: XmlNode): AutodiscoverProtocol {
  const value = (name: string) => textOf(node, qualified(name))
  const host = value('Server') ?? ''
  const port = Number(/^\d{1,5}$/.exec(value('Port') ?? '')?.[0] ?? 0)
  if (host === '' || port < 1 || port > 65_535) {
    throw refusedBy(APP, 'A server has no name or no port.')
  }
  for (const name of ['SSL', 'SPA', 'AuthRequired', 'DomainRequired', 'UsePOPAuth', 'SMTPLast']) {
    const word = value(name)
    if (word !== undefined && word !== 'on' && word !== 'off') {
      throw refusedBy(APP, `${name} is neither on nor off.`)
    }
  }
  const encryption = value('Encryption')
  // Encryption wins over SSL (section 2.2.4.1.1.2.6.22).
  const security =
    encryption === undefined
      ? value('SSL') === 'off'
        ? 'none'
        : 'tls'
      : SECURITY.get(encryption as 'SSL')
  if (security === undefined) throw refusedBy(APP, 'Encryption is none of None, SSL, TLS, Auto.')
  return {
    type: typeOf(node),
    host,
    port,
    security,
    username: value('LoginName'),
    signsIn: value('AuthRequired') !== 'off',
  }
}

function qualified(name: string): string {
  return `{${OUTLOOK}}${name}`
}

function readDocument(document: string): XmlNode {
  try {
    return readXml(document, { namespaces: true, maxDepth: MAX_DEPTH })
  } catch (cause) {
    throw refusedBy(APP, 'It is not XML.', cause)
  }
}
