import { isIP } from 'node:net'
import { offersMail, type DavTemplate, type MailService } from '../../account/mail-service.js'
import type { Authentication } from '../../account/server.js'
import { expandPlaceholders } from '../../account/placeholders.js'
import { securityOfPort } from '../../account/usual-port.js'
import { domainDavUrl, type DomainServer } from '../../dns/domain-hosts.js'
import { say } from '../../messages/text.js'
import { onlyByAddress, selectServers, shortened, type Judge } from '../domain-servers.js'
import { domainFormat } from '../domain-format.js'
import { SUPPORTED, type Format, type PaccRevision, type Support } from '../format.js'
import { onlyAuthentication, refuse, requireSupport, type Refusal } from '../support.js'

const NEWEST: PaccRevision = '03'
const APP = 'PACC'
const WHOLE_ADDRESS = '%EMAILADDRESS%'
const MAX_NAME_LENGTH = 60
const MAX_SHORT_NAME_LENGTH = 20

const SMTP_KEY: Readonly<Record<PaccRevision, string>> = { '02': 'smtp', '03': 'submit' }

/**
 * The document of draft-ietf-mailmaint-pacc, revisions 02 and 03: host names only, so it fits mail
 * domains with the standard ports, implicit TLS and the address as the user name, and no others. Domains
 * without mail fit where the address is the user name for calendars and contacts.
 */
export const pacc: Format = domainFormat(
  {
    id: 'pacc',
    title: 'PACC configuration',
    mediaType: 'application/json',
    carries: ['imap', 'pop3', 'smtp', 'calendar', 'contacts'],
    readers:
      'Clients of an internet draft (PACC) that is not finished; Evolution and Himalaya try it.',
    fileName: () => 'user-agent-configuration.json',
    recognises: (text) => /^\s*\{[^]*"protocols"\s*:/.test(text),
    async inspect(text) {
      const { inspectPacc } = await import('./inspection.js')
      return inspectPacc(text)
    },
  },
  {
    support: paccSupport,
    render: (service, domain, { pacc: revision = NEWEST }) => renderPacc(service, domain, revision),
  },
)

/** Whether the draft can express what a domain offers, or why not. */
export function paccSupport(service: MailService, domain: string): Support {
  return hostsOf(service, domain).refusal ?? SUPPORTED
}

/** The document where the draft can express what a domain offers, for those who need its digest. */
export function paccDocument(
  service: MailService,
  domain: string,
  revision: PaccRevision,
): string | undefined {
  return paccSupport(service, domain).supported ? renderPacc(service, domain, revision) : undefined
}

/**
 * The document of one mail domain, byte for byte the same whenever it is asked for: the DNS has its
 * digest.
 *
 * @throws MailProfileError `unsupported_account` or `oauth_only` with the reason where it does not fit
 */
export function renderPacc(service: MailService, domain: string, revision: PaccRevision): string {
  const { hosts, authentication, refusal } = hostsOf(service, domain)
  requireSupport(refusal ?? SUPPORTED)
  const { help } = service
  const name = expandPlaceholders(service.name, `@${domain}`).trim() || domain
  const protocols: Record<string, unknown> = {}
  for (const [protocol, host] of hosts) {
    protocols[protocol === 'smtp' ? SMTP_KEY[revision] : protocol] = { host }
  }
  for (const [protocol, { url }] of davsOf(service)) {
    protocols[protocol] = { url: domainDavUrl(url, domain) }
  }
  return JSON.stringify(
    sorted({
      protocols,
      authentication,
      info: {
        provider: {
          name: shortened(name, MAX_NAME_LENGTH),
          shortName: shortened(name, MAX_SHORT_NAME_LENGTH),
        },
        ...(help === undefined ? {} : { help: { documentation: help } }),
      },
    }),
  )
}

// Those that take the address as the user name.
function davsOf({ calendar, contacts }: MailService): [string, DavTemplate][] {
  return [['caldav', calendar] as const, ['carddav', contacts] as const].flatMap(
    ([protocol, server]) =>
      server === undefined || (server.username ?? WHOLE_ADDRESS) !== WHOLE_ADDRESS
        ? []
        : [[protocol, server]],
  )
}

interface Hosts {
  readonly hosts: ReadonlyMap<DomainServer['protocol'], string>
  readonly refusal?: Refusal
}

const PASSWORDS = ['password-cleartext', 'password-encrypted'] as const

// One way to sign in is for all servers: a password, OAuth where it is known at whose place, or both where
// the same hosts take both.
function hostsOf(
  service: MailService,
  domain: string,
): Hosts & { readonly authentication: Readonly<Record<string, unknown>> } {
  const byPassword = hostsTaking(PASSWORDS, service, domain)
  // Nothing says that calendars and contacts take anything but a password.
  const authorization = offersMail(service) ? service.authorization : undefined
  const password = byPassword.refusal === undefined
  const bySignIn = authorization && hostsTaking(['oauth2'], service, domain)
  if (authorization === undefined || bySignIn === undefined || bySignIn.refusal !== undefined) {
    return { ...byPassword, authentication: { password } }
  }
  const oauth = { 'oauth-public': { issuer: authorization.issuer } }
  if (!password) return { ...bySignIn, authentication: { password, ...oauth } }
  const isSame = [...byPassword.hosts].every(
    ([protocol, host]) => bySignIn.hosts.get(protocol) === host,
  )
  return { ...byPassword, authentication: { password, ...(isSame ? oauth : {}) } }
}

// The host of each protocol, the first that fits.
function hostsTaking(
  known: readonly Authentication[],
  service: MailService,
  domain: string,
): Hosts {
  const select = (templates: readonly DomainServer[], path: string) =>
    selectServers(templates, `@${domain}`, path, [
      onlyHostNames,
      onlyStandard,
      onlyByAddress,
      onlyAuthentication(APP, known),
    ])
  const incoming = select(service.incoming, 'incoming')
  const outgoing = select(service.outgoing, 'outgoing')
  if (!offersMail(service)) {
    const hosts = new Map<DomainServer['protocol'], string>()
    return davsOf(service).length > 0
      ? { hosts }
      : { hosts, refusal: refuse('calendar.username', say('support.otherDavUser')) }
  }
  const refusal = incoming.refusal ?? outgoing.refusal
  if (refusal !== undefined) return { hosts: new Map(), refusal }
  const hosts = new Map<DomainServer['protocol'], string>()
  for (const { protocol, host } of [...incoming.servers, ...outgoing.servers]) {
    if (!hosts.has(protocol)) hosts.set(protocol, host)
  }
  return { hosts }
}

const onlyHostNames: Judge = ({ host }, path) =>
  isIP(host) === 0 ? undefined : refuse(`${path}.host`, say('support.paccHosts', { server: path }))

const onlyStandard: Judge = ({ protocol, port, security }, path) =>
  security === 'tls' && securityOfPort(port, protocol) === 'tls'
    ? undefined
    : refuse(`${path}.port`, say('support.paccPorts', { server: path }))

// Keys in the order of their code units, at every depth.
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}
