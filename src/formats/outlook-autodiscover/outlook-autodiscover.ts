import type { Address } from '../../account/address.js'
import type { DavTemplate, MailService } from '../../account/mail-service.js'
import { expandPlaceholders } from '../../account/placeholders.js'
import { securityOfPort } from '../../account/usual-port.js'
import type { DomainServer } from '../../dns/domain-hosts.js'
import { pathSegment } from '../../encoding/uri.js'
import { element, writeXml, type XmlElement } from '../../encoding/xml.js'
import { declaredEncoding } from '../declared-encoding.js'
import { mailRefusal, onlyByAddress, onlyNamed, selectServers } from '../domain-servers.js'
import { domainFormat } from '../domain-format.js'
import { SUPPORTED, type Format, type Support } from '../format.js'
import { onlyAuthentication, onlyEncrypted, requireSupport, type Refusal } from '../support.js'

// http, although everything else is https: they are names.
const NAMESPACE = 'http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006'
const OUTLOOK = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a'
const MOBILESYNC =
  'http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006'

/**
 * Microsoft Autodiscover's answer in plain XML ("POX", MS-OXDSCLI 24.1) for IMAP, POP3 and SMTP: one
 * server of each type, because FairEmail 1.2331 takes the last and others the first.
 */
export const outlookAutodiscover: Format = domainFormat(
  {
    id: 'outlook-autodiscover',
    title: 'Microsoft Autodiscover',
    mediaType: 'application/xml; charset=utf-8',
    carries: ['imap', 'pop3', 'smtp', 'calendar', 'contacts'],
    readers:
      'Outlook 2010 to 2019 (its old wizard), eM Client, Thunderbird, FairEmail and Delta Chat fetch it from the mail domain.',
    fileName: () => 'autodiscover.xml',
    decode: declaredEncoding('Outlook'),
    recognises: (text) => /<Autodiscover[\s>]/.test(text),
    async inspect(text) {
      const { inspectAutodiscover } = await import('./inspection.js')
      return inspectAutodiscover(text)
    },
  },
  {
    support: (service, _domain, address) => autodiscoverSupport(service, address),
    render: (service, _domain, { address }) => renderAutodiscover(service, address),
  },
)

/** Whether there is anything to tell a mailbox, or why not. */
export function autodiscoverSupport(service: MailService, address: Address): Support {
  return protocolsOf(service, address).refusal ?? SUPPORTED
}

/**
 * The answer to one mailbox, whether or not it exists.
 *
 * @param asked the mailbox; for a request that names none its domain as `@example.com`, and then the
 *   answer has neither user nor login name, so that each client takes the address that it knows, and
 *   neither calendars nor contacts: who asks so reads none
 * @throws MailProfileError `unsupported_account` or `oauth_only` with the reason where no server is
 *   left to name
 */
export function renderAutodiscover(service: MailService, asked: Address | `@${string}`): string {
  const { servers, refusal } = protocolsOf(service, asked)
  requireSupport(refusal ?? SUPPORTED)
  const hasAddress = !asked.startsWith('@')
  const [incoming] = servers
  return document(OUTLOOK, [
    hasAddress
      ? element('User', [element('DisplayName', asked), element('AutoDiscoverSMTPAddress', asked)])
      : undefined,
    // FairEmail reads no protocol before the account's type.
    element('Account', [
      element('AccountType', 'email'),
      element('Action', 'settings'),
      ...servers.map((server) =>
        element('Protocol', [
          ...protocol(server, hasAddress ? asked : undefined),
          ...(server.protocol === 'smtp' ? afterPop(server, incoming) : []),
        ]),
      ),
      ...(hasAddress ? collections(service, asked, incoming) : []),
    ]),
  ])
}

export interface AutodiscoverError {
  /** 500 no such address, 600 invalid request, 601 no provider for the schema. */
  readonly errorCode: 500 | 600 | 601
  /** Whether an ActiveSync client asked, which reads its own namespace. */
  readonly mobilesync?: boolean
  readonly now: Date
}

const MESSAGES = {
  500: 'The e-mail address cannot be found.',
  600: 'Invalid Request',
  601: 'Provider is not available',
} as const

/** The protocol's own way to say no, in fixed words. */
export function renderAutodiscoverError({
  errorCode,
  mobilesync = false,
  now,
}: AutodiscoverError): string {
  const error = [
    element('ErrorCode', String(errorCode)),
    element('Message', MESSAGES[errorCode]),
    element('DebugData', []),
  ]
  const attributes = { Time: now.toISOString().slice(11, 23), Id: '1' }
  return document(mobilesync ? MOBILESYNC : undefined, [element('Error', error, attributes)])
}

// The best server of each type, IMAP, POP3, SMTP.
function protocolsOf(
  service: MailService,
  asked: string,
): { readonly servers: readonly DomainServer[]; readonly refusal?: Refusal } {
  const app = 'Outlook'
  // Without a login name every client takes the address.
  const judges = [onlyEncrypted(app), asked.startsWith('@') ? onlyByAddress : onlyNamed]
  const incoming = selectServers<DomainServer>(service.incoming, asked, 'incoming', [
    ...judges,
    onlyAuthentication(app, ['password-cleartext']),
  ])
  const outgoing = selectServers<DomainServer>(service.outgoing, asked, 'outgoing', [
    ...judges,
    onlyAuthentication(app, ['password-cleartext', 'none']),
  ])
  const refusal = mailRefusal(service) ?? incoming.refusal ?? outgoing.refusal
  if (refusal !== undefined) return { servers: [], refusal }
  const all: readonly DomainServer[] = [...incoming.servers, ...outgoing.servers]
  return {
    servers: (['imap', 'pop3', 'smtp'] as const).flatMap((type) => {
      const ofType = all.filter((server) => server.protocol === type)
      const best = ofType.find(hasUsualPort) ?? ofType[0]
      return best === undefined ? [] : [best]
    }),
  }
}

function hasUsualPort({ port, security }: DomainServer): boolean {
  // Thunderbird and FairEmail take STARTTLS from the port alone.
  return (securityOfPort(port) === 'starttls') === (security === 'starttls')
}

function protocol(server: DomainServer, address: string | undefined): XmlElement[] {
  const { protocol: type, host, port, security, authentication, username } = server
  const signsIn = authentication !== 'none'
  return [
    element('Type', type.toUpperCase()),
    element('Server', host),
    element('Port', String(port)),
    element('DomainRequired', 'off'),
    // Where it is absent each client guesses.
    ...(address === undefined || username === undefined || !signsIn
      ? []
      : [element('LoginName', expandPlaceholders(username, address))]),
    element('SPA', 'off'),
    // "off" means no encryption at all to Thunderbird and Delta Chat; Encryption says which one.
    element('SSL', 'on'),
    element('Encryption', security === 'tls' ? 'SSL' : 'TLS'),
    element('AuthRequired', signsIn ? 'on' : 'off'),
  ]
}

// What eM Client reads them by is told by who tried it (mailcow-dockerized, pull request 370): the URL as
// the server's name, and no port.
function collections(
  { calendar, contacts }: MailService,
  address: string,
  incoming: DomainServer | undefined,
): XmlElement[] {
  const collection = (type: string, server: DavTemplate | undefined) => {
    if (server === undefined) return []
    const { url, username = incoming?.username ?? '%EMAILADDRESS%' } = server
    return [
      element('Protocol', [
        element('Type', type),
        element('Server', expandPlaceholders(url, address, pathSegment)),
        element('DomainRequired', 'off'),
        element('LoginName', expandPlaceholders(username, address)),
      ]),
    ]
  }
  return [...collection('CalDAV', calendar), ...collection('CardDAV', contacts)]
}

// The same user name and password as for incoming mail.
function afterPop(outgoing: DomainServer, incoming: DomainServer | undefined): XmlElement[] {
  const isSame = outgoing.authentication !== 'none' && outgoing.username === incoming?.username
  return [...(isSame ? [element('UsePOPAuth', 'on')] : []), element('SMTPLast', 'off')]
}

function document(
  namespace: string | undefined,
  children: readonly (XmlElement | undefined)[],
): string {
  const response = element('Response', children, { xmlns: namespace })
  return writeXml(element('Autodiscover', [response], { xmlns: NAMESPACE }))
}
