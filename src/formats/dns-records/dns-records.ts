import { domainOf } from '../../account/address.js'
import { isDomainName } from '../../account/host-name.js'
import { offersMail, type MailService } from '../../account/mail-service.js'
import { dnsRecords } from '../../dns/plan.js'
import { dataOf, type DnsRecord } from '../../dns/record.js'
import { say } from '../../messages/text.js'
import { paccDocument, paccSupport } from '../pacc/pacc.js'
import { domainFormat } from '../domain-format.js'
import { SUPPORTED, safeFileName, type Format, type PaccRevision, type Support } from '../format.js'
import { refuse } from '../support.js'

/**
 * What the operator of a mail domain puts into its zone (RFC 1035 section 5), so that clients find
 * the servers by SRV records and mailprofile by its names.
 */
export const dnsRecordsFormat: Format = domainFormat(
  {
    id: 'dns-records',
    title: 'DNS records',
    mediaType: 'text/plain; charset=utf-8',
    carries: ['imap', 'pop3', 'smtp', 'calendar', 'contacts'],
    readers:
      'The operator of the mail domain puts them into its zone; FairEmail, Himalaya and others look there.',
    fileName: (account) => safeFileName(`${domainOf(account.identity.address)}.zone`, 'txt'),
    recognises: (text) => /^\$ORIGIN [^\s]+\.$/m.test(text),
    async inspect(text) {
      const { inspectZone } = await import('./inspection.js')
      return inspectZone(text)
    },
  },
  {
    support: dnsSupport,
    render: (service, domain, context) =>
      // An account tells of two servers only.
      renderZone(service, domain, { ...context, complete: context.service !== undefined }),
  },
)

/**
 * Whether there is a server for both directions that SRV records can name, or one of calendars or
 * contacts where there is no mail.
 */
export function dnsSupport(service: MailService, domain: string): Support {
  const owners = dnsRecords(service, domain).map(({ owner }) => owner)
  if (!offersMail(service)) {
    return owners.length > 0 ? SUPPORTED : refuse('calendar.url', say('support.dnsDav'))
  }
  for (const [path, pattern] of [
    ['incoming', /^_(?:imap|pop3)s?\._tcp$/],
    ['outgoing', /^_submissions?\._tcp$/],
  ] as const) {
    if (!owners.some((owner) => pattern.test(owner))) {
      return refuse(path, say('support.dnsRecords', { server: path }))
    }
  }
  return SUPPORTED
}

export interface ZoneOptions {
  /** An address on the mailprofile server. */
  readonly publicUrl?: string | undefined
  /** The revision of PACC that it serves. */
  readonly pacc?: PaccRevision | undefined
  /** As for `dnsRecords`. */
  readonly complete?: boolean
}

/** What the zone of a mail domain should have. */
export function zoneRecords(
  service: MailService,
  domain: string,
  { publicUrl, pacc, complete = false }: ZoneOptions,
): DnsRecord[] {
  return dnsRecords(service, domain, {
    host: publicHost(publicUrl),
    pacc: pacc && paccDocument(service, domain, pacc),
    complete,
  })
}

/**
 * The records as a piece of a zone file, with names relative to the mail domain, ready to be pasted
 * into its zone.
 */
export function renderZone(service: MailService, domain: string, options: ZoneOptions): string {
  const records = zoneRecords(service, domain, options)
  const width = Math.max(...records.map(({ owner }) => owner.length))
  const lines = records.map(
    (record) => `${record.owner.padEnd(width)} IN ${record.type.padEnd(5)} ${dataOf(record)}`,
  )
  return [
    '; Settings of mail programs. Records for services that are not offered have the target ".".',
    ...remarks(service, domain, options).map((remark) => `; ${remark}`),
    `$ORIGIN ${domain}.`,
    ...lines,
    '',
  ].join('\n')
}

/** The host that clients can be sent to: they ask by https, on port 443, at the root. */
export function publicHost(publicUrl: string | undefined): string | undefined {
  if (publicUrl === undefined) return undefined
  const { protocol, hostname, port } = new URL(publicUrl)
  return protocol === 'https:' && port === '' && isDomainName(hostname) ? hostname : undefined
}

// In sentences, what the records cannot say and what is missing.
function remarks(service: MailService, domain: string, { publicUrl, pacc }: ZoneOptions): string[] {
  const { calendar, contacts } = service
  // Without a user name of its own it is that of mail.
  const davs = [calendar, contacts].filter((server) => server?.username !== undefined)
  const servers = [...service.incoming, ...service.outgoing, ...davs]
  const support = pacc === undefined ? SUPPORTED : paccSupport(service, domain)
  return [
    ...(servers.every((server) => server?.username === '%EMAILADDRESS%')
      ? []
      : ['SRV records name no user: programs that use them will try the mail address first.']),
    ...(publicHost(publicUrl) !== undefined || !offersMail(service)
      ? []
      : [
          'The names autoconfig and autodiscover are missing: they need the address of your',
          'mailprofile server (baseUrl), which has to be https on port 443 with a host name.',
        ]),
    ...(support.supported ? [] : [`There is no PACC for this domain. ${support.reason}`]),
  ]
}
