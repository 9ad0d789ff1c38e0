import type { SrvRecord } from 'node:dns'
import { isDomainName } from '../account/host-name.js'
import type { ServerTemplate } from '../account/mail-service.js'
import type { IncomingProtocol, Security } from '../account/server.js'
import { securityOfPort } from '../account/usual-port.js'
import { say } from '../messages/text.js'
import type { Provider } from '../providers/provider.js'
import { AttemptError } from './attempt.js'
import { isPublicName } from '../account/public-name.js'
import type { Network } from './network.js'

interface Service<P> {
  readonly label: string
  readonly protocol: P
  readonly security: Security
}

// RFC 6186 section 3, RFC 8314 section 5.1; implicit TLS first (RFC 8314 section 3).
const INCOMING: readonly Service<IncomingProtocol>[] = [
  { label: '_imaps._tcp', protocol: 'imap', security: 'tls' },
  { label: '_imap._tcp', protocol: 'imap', security: 'starttls' },
  { label: '_pop3s._tcp', protocol: 'pop3', security: 'tls' },
  { label: '_pop3._tcp', protocol: 'pop3', security: 'starttls' },
]
const OUTGOING: readonly Service<'smtp'>[] = [
  { label: '_submissions._tcp', protocol: 'smtp', security: 'tls' },
  { label: '_submission._tcp', protocol: 'smtp', security: 'starttls' },
]

/** What the records leave open. */
export const ASSUMED_OF_SRV = say('found.assumed')

/**
 * The servers that a domain's SRV records name (RFC 6186, RFC 8314). IMAP comes before POP3, and
 * implicit TLS before STARTTLS, whatever the priorities say: every phone can do both.
 *
 * @throws AttemptError
 */
export async function findBySrv(domain: string, network: Network): Promise<Provider> {
  const [incoming, outgoing] = await Promise.all([
    serversOf(domain, INCOMING, network),
    serversOf(domain, OUTGOING, network),
  ])
  if (incoming.length === 0 || outgoing.length === 0) {
    throw new AttemptError('not_found', 'The records do not name servers for both directions.')
  }
  return {
    id: 'srv-records',
    name: domain,
    domains: [domain],
    mx: [],
    incoming,
    outgoing,
    autoconfig: false,
    notes: [],
    sources: [],
  }
}

async function serversOf<P extends IncomingProtocol | 'smtp'>(
  domain: string,
  services: readonly Service<P>[],
  network: Network,
): Promise<(ServerTemplate & { readonly protocol: P })[]> {
  const answers = await Promise.allSettled(
    services.map(({ label }) => network.srv(`${label}.${domain}`)),
  )
  const [first] = answers
  if (first?.status === 'rejected' && answers.every(({ status }) => status === 'rejected')) {
    throw first.reason
  }
  return services.flatMap(({ protocol, security }, index) => {
    const answer = answers[index]
    const target = answer?.status === 'fulfilled' ? bestTarget(answer.value) : undefined
    if (target === undefined) return []
    return [
      {
        protocol,
        ...target,
        // Port 465 under _submission is a mistake of its zone, and speaks TLS from the start all the same.
        security: securityOfPort(target.port, protocol) ?? security,
        authentication: 'password-cleartext' as const,
        username: '%EMAILADDRESS%',
      },
    ]
  })
}

/**
 * The lowest priority wins, then the greatest weight: one server is written into an account, so there
 * is nothing to share out by chance (RFC 2782). A target that is the root says "not offered".
 */
export function bestTarget(
  records: readonly SrvRecord[],
): { readonly host: string; readonly port: number } | undefined {
  const [first] = records
    .map(({ name, ...record }) => ({ ...record, host: name.toLowerCase().replace(/\.$/, '') }))
    .filter(({ host, port }) => isDomainName(host) && isPublicName(host) && port > 0)
    .sort(
      (a, b) =>
        a.priority - b.priority || b.weight - a.weight || a.host.localeCompare(b.host, 'en'),
    )
  return first === undefined ? undefined : { host: first.host, port: first.port }
}
