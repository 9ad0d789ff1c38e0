import { isLoopback } from '../account/loopback.js'
import { MailProfileError } from '../errors.js'
import type { Config, Described, DeliveryConfig, SmtpServer } from './config.js'
import { KEYS } from './keys.js'
import { incomplete } from './sections.js'

// What has a default may be left out.
type GivenDelivery = {
  readonly [P in keyof NonNullable<Described['delivery']>]?:
    NonNullable<Described['delivery']>[P] | undefined
}
type GivenServer = NonNullable<GivenDelivery['smtp']>

const KINDS = ['smtp', 'webhook'] as const
/** What only one of the two ways has a use for. */
const OF_ONE = {
  smtp: ['from', 'replyTo', 'password'],
  webhook: ['secret'],
} as const satisfies Record<(typeof KINDS)[number], readonly (keyof GivenDelivery)[]>

const PORTS = { tls: 465, starttls: 587, none: 25 } as const

/**
 * How invitations are sent; of a tenant, whose keys have had no defaults yet, with those.
 *
 * @throws MailProfileError `invalid_configuration` unless it is one way with all that this needs, and for
 *   what is of the other way
 */
export function finishDelivery(given: GivenDelivery, field = 'delivery'): DeliveryConfig {
  const { smtp, webhook, from, secret } = given
  const kinds = KINDS.filter((kind) => given[kind] !== undefined)
  const [kind] = kinds
  if (kind === undefined || kinds.length > 1) {
    const there = kinds.length === 0 ? 'there is none' : 'there are both'
    throw incomplete(field, `${field} needs one of ${KINDS.join(' and ')}: ${there}.`)
  }
  for (const other of KINDS.filter((one) => one !== kind)) {
    const stray = OF_ONE[other].find((key) => given[key] !== undefined)
    if (stray !== undefined) {
      throw refused(`${field}.${stray}`, `is for ${field}.${other}, and there is none`)
    }
  }
  if (smtp !== undefined && from === undefined) {
    throw incomplete(`${field}.from`, `${field}.smtp needs ${field}.from, the address of a sender.`)
  }
  if (webhook !== undefined && secret === undefined) {
    throw incomplete(
      `${field}.secret`,
      `${field}.webhook needs ${field}.secret, by which its calls are signed.`,
    )
  }
  if (webhook?.recipients === 'telephones' && given.allowedDomains !== undefined) {
    throw refused(`${field}.allowedDomains`, 'is for addresses, and telephone numbers have none')
  }
  const { keys } = KEYS.delivery
  return {
    ...given,
    smtp: smtp && finishServer(smtp, given.password !== undefined, field),
    timeout: given.timeout ?? keys.timeout.default,
    retries: given.retries ?? keys.retries.default,
    connections: given.connections ?? keys.connections.default,
    perSecond: given.perSecond ?? keys.perSecond.default,
  }
}

/**
 * That links can be made where something is sent.
 *
 * @throws MailProfileError `invalid_configuration`
 */
export function requireBaseUrlOf({ baseUrl, delivery, tenants }: Config): void {
  if (delivery === undefined || baseUrl !== undefined || tenants.length > 0) return
  throw incomplete(
    'baseUrl',
    'delivery needs a baseUrl, such as https://setup.example.com: what is sent is a link that begins with it.',
  )
}

function finishServer(server: GivenServer, hasPassword: boolean, field: string): SmtpServer {
  const { host, username } = server
  if ((username === undefined) === hasPassword) {
    throw incomplete(
      `${field}.password`,
      hasPassword
        ? `${field}.password is of nobody: there is no smtp.username.`
        : `${field}.smtp.username needs a password, in ${field}.password.`,
    )
  }
  const security = server.security ?? usualSecurity(server)
  if (security === 'none' && username !== undefined && !isLoopback(host)) {
    throw refused(`${field}.smtp.security`, 'is none, and the password would go over a network')
  }
  return { ...server, security, port: server.port ?? PORTS[security] }
}

// RFC 8314, section 7.3: port 465 begins with TLS.
function usualSecurity({ host, port }: GivenServer): SmtpServer['security'] {
  if (port === PORTS.tls) return 'tls'
  return isLoopback(host) ? 'none' : 'starttls'
}

function refused(field: string, what: string): MailProfileError {
  return new MailProfileError('invalid_configuration', `${field} ${what}.`, { field })
}
