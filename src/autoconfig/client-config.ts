import { parseDomain } from '../account/address.js'
import { isPlainText } from '../account/plain-text.js'
import { INCOMING_PROTOCOLS, type IncomingProtocol } from '../account/server.js'
import { childrenOf, readXml, type XmlNode } from '../encoding/read-xml.js'
import { MailProfileError } from '../errors.js'
import { readDav, type DavSections } from './dav-sections.js'
import { shown, singleLine, type Findings, type Skipped } from './findings.js'
import { readDocumentation, readEnable, readWebMail, type ConfigPage } from './pages.js'
import { readServers, type ConfigServer } from './server-section.js'

/** What a Mozilla autoconfig document says, in its order. */
export interface ClientConfig extends DavSections {
  /** As it stands: neither unique nor always a domain. */
  readonly id?: string | undefined
  /** Mail domains as lower-case A-labels, each once. */
  readonly domains: readonly string[]
  /** Whether `%EMAILDOMAIN%` stands among them: it is for whatever domain its server is asked for. */
  readonly anyDomain: boolean
  /** Domains of mail exchangers (`purpose="mx"`), likewise. */
  readonly mxDomains: readonly string[]
  /** May hold placeholders. */
  readonly displayName?: string | undefined
  /** May hold placeholders. */
  readonly displayShortName?: string | undefined
  readonly incoming: readonly ConfigServer<IncomingProtocol>[]
  readonly outgoing: readonly ConfigServer<'smtp'>[]
  readonly documentation: readonly ConfigPage[]
  /** What to do before the account works. */
  readonly enable: readonly ConfigPage[]
  /** The page for mail in a browser; may hold placeholders. */
  readonly webMail?: string | undefined
  /** Every part that is not used, and why. */
  readonly skipped: readonly Skipped[]
  /** About what is used as it stands, though it looks wrong; sentences. */
  readonly warnings: readonly string[]
}

/** Documents are a few kilobytes; a larger one is none, or is hostile. */
export const MAX_AUTOCONFIG_BYTES = 64 * 1024
const MAX_DEPTH = 30
// Sections that version 1.2 knows and no account of ours has room for.
const UNUSED = ['fileShare', 'chatServer', 'videoConference', 'setupServer']

/**
 * Reads a Mozilla autoconfig document (draft-ietf-mailmaint-autoconfig-06, versions 1.0 to 1.2, and
 * what ISPDB files have beyond it). The order of elements and attributes, white space, letter case
 * of values, namespaces and unknown elements do not matter, and a section that cannot be used
 * spoils no other.
 *
 * @param document its text, up to 64 KB, with or without a byte-order mark
 * @throws MailProfileError `invalid_autoconfig` where it is not well-formed, has a document type, is
 *   too large or more than 30 elements deep, or is no `clientConfig` with an `emailProvider`
 */
export function parseClientConfig(document: string): ClientConfig {
  const root = readDocument(document)
  if (root.name !== 'clientConfig') throw invalid('It is XML, but no clientConfig document.')
  return readClientConfig(root)
}

/**
 * What such a document says, from its elements: also where another program's settings were put into
 * the elements that it would have answered with.
 *
 * @param root the `clientConfig`
 * @throws MailProfileError `invalid_autoconfig` where it has no `emailProvider`
 */
export function readClientConfig(root: XmlNode): ClientConfig {
  const [provider, ...others] = childrenOf(root, 'emailProvider')
  if (provider === undefined) throw invalid('It has no emailProvider.')
  const findings: Findings = { skipped: [], warnings: [] }
  for (const other of others) {
    const what = `emailProvider ${shown(other.attributes['id'] ?? '')}`
    findings.skipped.push({ what, reason: 'Only the first of a document is used.' })
  }
  const places = [provider, root]
  const id = lineOf(provider.attributes['id'])
  const displayName = textIn(provider, ['displayName'])
  const displayShortName = textIn(provider, ['displayShortName', 'displayNameShort'])
  const webMail = readWebMail(places, findings)
  const incoming = readServers(
    childrenOf(provider, 'incomingServer'),
    'incoming',
    { protocols: INCOMING_PROTOCOLS },
    findings,
  )
  const outgoing = readServers(
    childrenOf(provider, 'outgoingServer'),
    'outgoing',
    { protocols: ['smtp'], username: incoming[0]?.username },
    findings,
  )
  for (const { name } of places.flatMap(({ elements }) => elements)) {
    if (!UNUSED.includes(name)) continue
    findings.skipped.push({ what: name, reason: 'Only mail, calendars and contacts are set up.' })
  }
  return {
    ...(id === undefined ? {} : { id }),
    ...readDomains(provider, findings),
    ...(displayName === undefined ? {} : { displayName }),
    ...(displayShortName === undefined ? {} : { displayShortName }),
    incoming,
    outgoing,
    documentation: readDocumentation(places, findings),
    enable: readEnable(places, findings),
    ...(webMail === undefined ? {} : { webMail }),
    ...readDav(places, findings),
    ...findings,
  }
}

function readDocument(document: string): XmlNode {
  if (Buffer.byteLength(document) > MAX_AUTOCONFIG_BYTES) throw invalid('It is larger than 64 KB.')
  try {
    return readXml(document, { refuseDoctype: true, maxDepth: MAX_DEPTH, namespaces: true })
  } catch (cause) {
    // The parser's own words could quote the document; where it stopped is enough.
    const [, line, column] =
      /^(\d+):(\d+): /.exec(cause instanceof Error ? cause.message : '') ?? []
    const where = line === undefined ? '' : ` (line ${line}, column ${column ?? ''})`
    throw invalid(`It is not well-formed XML without a document type${where}.`, cause)
  }
}

function readDomains(provider: XmlNode, findings: Findings) {
  const domains = new Set<string>()
  const mxDomains = new Set<string>()
  let anyDomain = false
  for (const { text, attributes } of childrenOf(provider, 'domain')) {
    if (/^\s*%EMAILDOMAIN%\s*$/i.test(text)) {
      anyDomain = true
      continue
    }
    try {
      const domain = parseDomain(text.trim().replace(/\.$/, ''))
      const isMx = attributes['purpose']?.trim().toLowerCase() === 'mx'
      ;(isMx ? mxDomains : domains).add(domain)
    } catch (error) {
      if (!(error instanceof MailProfileError)) throw error
      const reason = text.includes('%')
        ? 'A placeholder cannot stand for a domain.'
        : 'It is not a domain such as example.com.'
      findings.skipped.push({ what: `domain ${shown(text)}`, reason })
    }
  }
  return { domains: [...domains], anyDomain, mxDomains: [...mxDomains] }
}

function textIn(provider: XmlNode, names: readonly string[]): string | undefined {
  return names
    .flatMap((name) => childrenOf(provider, name))
    .map(({ text }) => lineOf(text))
    .find((line) => line !== undefined)
}

function lineOf(text = ''): string | undefined {
  const line = singleLine(text)
  return line === '' || !isPlainText(line) ? undefined : line
}

function invalid(why: string, cause?: unknown): MailProfileError {
  return new MailProfileError('invalid_autoconfig', `This is no autoconfig document. ${why}`, {
    cause,
  })
}
