import type { MailService } from '../../account/mail-service.js'
import { expandPlaceholders } from '../../account/placeholders.js'
import type { Authentication, Security } from '../../account/server.js'
import { parseUsername } from '../../autoconfig/templates.js'
import { domainHost, type DomainServer } from '../../dns/domain-hosts.js'
import { element, writeXml, type XmlElement } from '../../encoding/xml.js'
import { say } from '../../messages/text.js'
import { declaredEncoding } from '../declared-encoding.js'
import { mailRefusal, onlyNamed, selectServers, shortened, type Judge } from '../domain-servers.js'
import { domainFormat } from '../domain-format.js'
import { SUPPORTED, type Format, type Support } from '../format.js'
import {
  onlyAuthentication,
  onlyEncrypted,
  refuse,
  requireSupport,
  type Refusal,
} from '../support.js'

/** A server with every way to sign in that it takes, in the order of preference. */
interface Section {
  readonly server: DomainServer
  readonly authentications: readonly Authentication[]
}

const MAX_NAME_LENGTH = 60
const MAX_SHORT_NAME_LENGTH = 20

// Thunderbird for Android throws the whole document away for one server that it cannot use.
const STRICTEST = 'Thunderbird for Android'
const KNOWN: readonly Authentication[] = ['password-cleartext', 'password-encrypted', 'oauth2']

const SOCKET_TYPE: Readonly<Record<Security, string>> = {
  tls: 'SSL',
  starttls: 'STARTTLS',
  none: 'plain',
}
const AUTHENTICATION: Readonly<Record<Authentication, string>> = {
  'password-cleartext': 'password-cleartext',
  'password-encrypted': 'password-encrypted',
  ntlm: 'NTLM',
  gssapi: 'GSSAPI',
  // The specification's list says OAuth; its examples and all clients say OAuth2.
  oauth2: 'OAuth2',
  none: 'none',
}

/**
 * Mozilla's autoconfig document (draft-ietf-mailmaint-autoconfig-06), of version 1.1: 1.2 adds
 * nothing to mail servers. It tells of mail only: FairEmail 1.2331 takes the last user name of the
 * document, and no client in reach reads calendars from it.
 */
export const mozillaAutoconfig: Format = domainFormat(
  {
    id: 'mozilla-autoconfig',
    title: 'Mozilla autoconfig',
    mediaType: 'text/xml; charset=utf-8',
    carries: ['imap', 'pop3', 'smtp'],
    readers:
      'Thunderbird, K-9 Mail, FairEmail, Evolution, KMail, Delta Chat and others fetch it from the mail domain.',
    fileName: () => 'config-v1.1.xml',
    decode: declaredEncoding('Thunderbird'),
    recognises: (text) => text.includes('<clientConfig'),
    async inspect(text) {
      const { inspectAutoconfig } = await import('./inspection.js')
      return inspectAutoconfig(text)
    },
  },
  { support: autoconfigSupport, render: renderAutoconfig },
)

/** Whether there is anything to tell about a domain, or why not. */
export function autoconfigSupport(service: MailService, domain: string): Support {
  return sectionsOf(service, domain).refusal ?? SUPPORTED
}

/**
 * The document of one mail domain. User names stay placeholders, so that it is the same for
 * everybody; hosts and names do not, because not every client expands them there.
 *
 * @param domain in lower-case A-labels; the only one that the document names
 * @throws MailProfileError `unsupported_account` with the reason where no server is left to name
 */
export function renderAutoconfig(service: MailService, domain: string): string {
  const { sections, refusal } = sectionsOf(service, domain)
  requireSupport(refusal ?? SUPPORTED)
  const name = nameFor(service, domain)
  return writeXml(
    element(
      'clientConfig',
      [
        element(
          'emailProvider',
          [
            element('domain', domain),
            element('displayName', shortened(name, MAX_NAME_LENGTH)),
            element('displayShortName', shortened(name, MAX_SHORT_NAME_LENGTH)),
            ...sections.map(serverElement),
            documentation(service, name),
          ],
          { id: domain },
        ),
        authorizationElement(service, sections),
      ],
      { version: '1.1' },
    ),
  )
}

// What looks like a placeholder and is none would be sent to the server as it stands.
const onlyKnownPlaceholders: Judge = ({ username = '' }, path) =>
  parseUsername(username)?.text === username
    ? undefined
    : refuse(`${path}.username`, say('support.placeholder', { server: path }))

// IMAP first: FairEmail looks at the first server for incoming mail only.
function sectionsOf(
  service: MailService,
  domain: string,
): { readonly sections: readonly Section[]; readonly refusal?: Refusal } {
  const judges = [
    onlyEncrypted(STRICTEST),
    onlyAuthentication(STRICTEST, KNOWN),
    onlyNamed,
    onlyKnownPlaceholders,
  ]
  const select = <T extends DomainServer>(templates: readonly T[], path: string) =>
    selectServers(templates, `@${domain}`, path, judges)
  const incoming = select(service.incoming, 'incoming')
  const outgoing = select(service.outgoing, 'outgoing')
  const refusal = mailRefusal(service) ?? incoming.refusal ?? outgoing.refusal
  if (refusal !== undefined) return { sections: [], refusal }
  const ofType = (protocol: DomainServer['protocol']) =>
    [...incoming.servers, ...outgoing.servers].filter((server) => server.protocol === protocol)
  const types = (['imap', 'pop3', 'smtp'] as const).map((protocol) =>
    merged(ofType(protocol), [...service.incoming, ...service.outgoing], domain),
  )
  return { sections: inOneForm(types).flat() }
}

// A server that takes several authentications is one section. A way to sign in that the strictest
// reader does not know may stand beside one that it knows.
function merged(
  servers: readonly DomainServer[],
  templates: readonly DomainServer[],
  domain: string,
): Section[] {
  const sections = new Map<string, Section>()
  for (const server of servers) {
    const place = placeOf(server)
    if (sections.has(place)) continue
    const authentications = templates
      .filter((one) => placeOf({ ...one, host: domainHost(one, `@${domain}`) ?? '' }) === place)
      .map(({ authentication }) => authentication)
      .filter((authentication) => authentication !== 'none')
    sections.set(place, { server, authentications: [...new Set(authentications)] })
  }
  return [...sections.values()]
}

function placeOf({ protocol, host, port, security, username = '' }: DomainServer): string {
  return JSON.stringify([protocol, host, port, security, username])
}

// FairEmail 1.2331 takes the last user name of the document for all servers. Where every type has a
// server with one form, as well encrypted as its best, those with other forms are left out.
function inOneForm(types: readonly (readonly Section[])[]): (readonly Section[])[] {
  const offered = types.filter(({ length }) => length > 0)
  for (const form of new Set(offered.flat().map(({ server }) => server.username))) {
    const inForm = offered.map((all) => all.filter(({ server }) => server.username === form))
    if (inForm.every(([best], i) => best?.server.security === offered[i]?.[0]?.server.security)) {
      return inForm
    }
  }
  return offered
}

function serverElement({ server, authentications }: Section): XmlElement {
  const { protocol, host, port, security, username = '' } = server
  return element(
    protocol === 'smtp' ? 'outgoingServer' : 'incomingServer',
    [
      element('hostname', host),
      element('port', String(port)),
      element('socketType', SOCKET_TYPE[security]),
      ...authentications.map((one) => element('authentication', AUTHENTICATION[one])),
      element('username', username),
    ],
    { type: protocol },
  )
}

// `oAuth2` of the specification: the issuer by its host, as its example and the ISPDB's files have it.
function authorizationElement(
  { authorization }: MailService,
  sections: readonly Section[],
): XmlElement | undefined {
  const isTaken = sections.some(({ authentications }) => authentications.includes('oauth2'))
  if (authorization === undefined || !isTaken) return undefined
  const { issuer, clientId, scopes, authorizationUrl, tokenUrl } = authorization
  const optional = (name: string, text: string | undefined) =>
    text === undefined ? [] : [element(name, text)]
  return element('oAuth2', [
    ...optional('authURL', authorizationUrl),
    ...optional('tokenURL', tokenUrl),
    element('issuer', new URL(issuer).host),
    ...optional('scope', scopes?.join(' ')),
    ...optional('clientID', clientId),
  ])
}

function documentation({ help }: MailService, name: string): XmlElement | undefined {
  return help === undefined
    ? undefined
    : element('documentation', [element('descr', `${name} help`, { lang: 'en' })], { url: help })
}

function nameFor({ name }: MailService, domain: string): string {
  const expanded = expandPlaceholders(name, `@${domain}`).trim()
  return expanded === '' ? domain : expanded
}
