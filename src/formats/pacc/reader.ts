import { isDomainName } from '../../account/host-name.js'
import { parseUrl } from '../../account/web-url.js'
import { refusedBy } from '../read-account.js'

const APP = 'A PACC client'
const HOSTS: Readonly<Record<string, number>> = { imap: 993, pop3: 995, smtp: 465, submit: 465 }
const URLS = ['jmap', 'caldav', 'carddav']

/** What a client of the draft takes from a document. */
export interface PaccDocument {
  readonly provider: string
  readonly servers: readonly {
    readonly protocol: string
    readonly host: string
    readonly port: number
  }[]
  readonly urls: readonly { readonly protocol: string; readonly url: string }[]
  readonly password: boolean
  /** Where people sign in by OAuth. */
  readonly issuer?: string | undefined
  readonly documentation?: string | undefined
}

/**
 * A document as draft-ietf-mailmaint-pacc has it, in revision 02 or 03. Unknown keys are passed over.
 *
 * @throws MailProfileError `invalid_profile`
 */
export function parsePacc(text: string): PaccDocument {
  const root = readDocument(text)
  const protocols = objectIn(root, 'protocols')
  const name = objectIn(objectIn(root, 'info'), 'provider')['name']
  if (typeof name !== 'string' || name === '') throw refusedBy(APP, 'It has no provider name.')
  const authentication = objectIn(root, 'authentication')
  const servers = Object.entries(HOSTS).flatMap(([protocol, port]) => {
    if (!Object.hasOwn(protocols, protocol)) return []
    const { host } = objectIn(protocols, protocol)
    if (typeof host !== 'string' || !isDomainName(host)) {
      throw refusedBy(APP, `The host of ${protocol} is not a host name.`)
    }
    return [{ protocol, host, port }]
  })
  const urls = URLS.flatMap((protocol) => {
    if (!Object.hasOwn(protocols, protocol)) return []
    const { url } = objectIn(protocols, protocol)
    if (typeof url !== 'string' || !url.startsWith('https://') || parseUrl(url) === undefined) {
      throw refusedBy(APP, `The address of ${protocol} is not https.`)
    }
    return [{ protocol, url }]
  })
  if (servers.length + urls.length === 0) throw refusedBy(APP, 'It names no server.')
  const info = objectIn(root, 'info')
  const help = Object.hasOwn(info, 'help') ? objectIn(info, 'help')['documentation'] : undefined
  return {
    provider: name,
    servers,
    urls,
    password: authentication['password'] === true,
    issuer: issuerIn(authentication),
    documentation: typeof help === 'string' ? help : undefined,
  }
}

function issuerIn(authentication: Readonly<Record<string, unknown>>): string | undefined {
  if (!Object.hasOwn(authentication, 'oauth-public')) return undefined
  const { issuer } = objectIn(authentication, 'oauth-public')
  if (typeof issuer !== 'string' || !issuer.startsWith('https://') || !parseUrl(issuer)) {
    throw refusedBy(APP, 'The issuer of oauth-public is not https.')
  }
  return issuer
}

function readDocument(text: string): Readonly<Record<string, unknown>> {
  try {
    return objectIn({ document: JSON.parse(text) as unknown }, 'document')
  } catch (cause) {
    throw refusedBy(APP, 'It is not a JSON object.', cause)
  }
}

function objectIn(
  parent: Readonly<Record<string, unknown>>,
  key: string,
): Readonly<Record<string, unknown>> {
  const value = parent[key]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refusedBy(APP, `${key} is not an object.`)
  }
  return value as Readonly<Record<string, unknown>>
}
