import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import { isDomainName } from '../account/host-name.js'
import { offersMail, type MailService } from '../account/mail-service.js'
import type { Security } from '../account/server.js'
import type { DnsRecord, SrvRecord } from './record.js'
import { domainDavUrl, domainHost, type DomainServer } from './domain-hosts.js'

export interface DnsOptions {
  /** The host on which mailprofile answers, by https on port 443. */
  readonly host?: string | undefined
  /** The PACC document that it serves for the domain, of which the DNS has the digest. */
  readonly pacc?: string | undefined
  /**
   * Whether the service is all that the domain offers, so that the rest can be said not to be
   * offered.
   */
  readonly complete?: boolean
}

const PRIORITY: Readonly<Record<DomainServer['protocol'], number>> = {
  imap: 0,
  pop3: 10,
  smtp: 0,
}

// RFC 6186 section 3 and RFC 8314 section 5.1: the names without an s mean STARTTLS.
const MAIL_SERVICES = [
  ['_imaps._tcp', 'imap', 'tls'],
  ['_imap._tcp', 'imap', 'starttls'],
  ['_pop3s._tcp', 'pop3', 'tls'],
  ['_pop3._tcp', 'pop3', 'starttls'],
  ['_submissions._tcp', 'smtp', 'tls'],
  ['_submission._tcp', 'smtp', 'starttls'],
] as const

/**
 * What the zone of a mail domain should have: SRV records for mail (RFC 6186, RFC 8314), calendars and
 * contacts (RFC 6764), and the names under which clients ask for autoconfig, Autodiscover and PACC. Where
 * there are calendars or contacts alone nothing is said of mail, which somebody else may have.
 */
export function dnsRecords(
  service: MailService,
  domain: string,
  { host, pacc, complete = false }: DnsOptions = {},
): DnsRecord[] {
  const hasMail = offersMail(service)
  return [
    ...(hasMail ? MAIL_SERVICES : []).flatMap(([owner, protocol, security]) =>
      mailRecords(owner, templatesOf(service, protocol), { domain, security, complete }),
    ),
    ...davRecords('caldav', service.calendar?.url, domain),
    ...davRecords('carddav', service.contacts?.url, domain),
    ...(host === undefined ? [] : ownRecords(domain, { host, pacc, hasMail })),
  ]
}

interface MailOptions {
  readonly domain: string
  readonly security: Security
  readonly complete: boolean
}

function mailRecords(
  owner: string,
  templates: readonly DomainServer[],
  { domain, security, complete }: MailOptions,
): DnsRecord[] {
  const ofKind = templates.filter((template) => template.security === security)
  const records = new Map<string, SrvRecord>()
  for (const template of ofKind) {
    const target = domainHost(template, `@${domain}`)
    if (target === undefined || isIP(target) > 0) continue
    const { port, protocol } = template
    const place = `${target} ${port}`
    if (records.has(place)) continue
    // IMAP before POP3 and implicit TLS before STARTTLS: FairEmail takes _submission of equals.
    const priority = PRIORITY[protocol] + (security === 'tls' ? 0 : 1) + records.size
    records.set(place, { owner, type: 'SRV', priority, weight: 1, port, target })
  }
  // A server that no record can name is offered all the same.
  return ofKind.length === 0 && complete ? [notOffered(owner)] : [...records.values()]
}

function templatesOf(
  { incoming, outgoing }: MailService,
  protocol: DomainServer['protocol'],
): readonly DomainServer[] {
  return [...incoming, ...outgoing].filter((template) => template.protocol === protocol)
}

function davRecords(
  name: 'caldav' | 'carddav',
  url: string | undefined,
  domain: string,
): DnsRecord[] {
  if (url === undefined) return []
  const { hostname, port, pathname } = new URL(domainDavUrl(url, domain))
  if (!isDomainName(hostname)) return []
  const owner = `_${name}s._tcp`
  return [
    {
      owner,
      type: 'SRV',
      priority: 0,
      weight: 1,
      port: port === '' ? 443 : Number(port),
      target: hostname,
    },
    // RFC 6764 section 4; without it clients ask /.well-known.
    ...(pathname === '/' ? [] : [{ owner, type: 'TXT' as const, text: `path=${pathname}` }]),
    notOffered(`_${name}._tcp`),
  ]
}

interface OwnOptions extends Pick<DnsOptions, 'pacc'> {
  readonly host: string
  /** Whether mail is looked for there; it is by default. */
  readonly hasMail?: boolean
}

/** The names by which clients find mailprofile itself. */
export function ownRecords(
  domain: string,
  { host, pacc, hasMail = true }: OwnOptions,
): DnsRecord[] {
  // A name cannot be another name for itself.
  const alias = (owner: string): DnsRecord[] =>
    `${owner}.${domain}` === host ? [] : [{ owner, type: 'CNAME', target: host }]
  return [
    ...(hasMail
      ? [
          ...alias('autoconfig'),
          ...alias('autodiscover'),
          {
            owner: '_autodiscover._tcp',
            type: 'SRV' as const,
            priority: 0,
            weight: 1,
            port: 443,
            target: host,
          },
        ]
      : []),
    ...(pacc === undefined
      ? []
      : [
          ...alias('ua-auto-config'),
          {
            owner: '_ua-auto-config',
            type: 'TXT' as const,
            text: `v=UAAC1; a=sha256; d=${paccDigest(pacc)}`,
          },
        ]),
  ]
}

/** The digest of a document as the TXT record at `_ua-auto-config` has it: base64 of SHA-256. */
export function paccDigest(body: string | Uint8Array): string {
  return createHash('sha256').update(body).digest('base64')
}

function notOffered(owner: string): SrvRecord {
  return { owner, type: 'SRV', priority: 0, weight: 0, port: 0, target: '.' }
}
