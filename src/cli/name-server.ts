import type { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { parseHostName } from '../account/host-name.js'
import { isNoRecord } from '../dns/answer-or-none.js'
import { MailProfileError } from '../errors.js'
import type { Io } from './io.js'
import { UsageError } from './usage-error.js'

/** Where a name server is asked. */
export interface NameServer {
  /** An IP address. */
  readonly host: string
  readonly port: number
}

const DNS_PORT = 53
// For each of two tries.
const LIMITS = { timeout: 2000, tries: 2 }

/** The system's name servers, or one that is named. */
export async function createResolver(server?: string): Promise<Resolver> {
  const dns = await import('node:dns/promises')
  const resolver = new dns.Resolver(LIMITS)
  if (server === undefined) return resolver
  try {
    resolver.setServers([server])
  } catch (cause) {
    throw new UsageError('--server is not an address of a name server.', {
      hint: 'Write 192.0.2.1, 192.0.2.1:5353 or [2001:db8::1]:53.',
      field: 'server',
      cause,
    })
  }
  return resolver
}

/** The addresses of hosts, as the machine finds them. */
export function addressesBy(io: Io): (host: string) => Promise<string[]> {
  return async (host) => (await io.network()).addresses(host)
}

/**
 * A name server by its address or name, with a port or without.
 *
 * @throws UsageError; MailProfileError `dns_update_failed` when the name has no address
 */
export async function findNameServer(text: string, io: Io): Promise<NameServer> {
  const [, bracketed, plain, digits] =
    isIP(text) > 0
      ? ['', undefined, text]
      : (/^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text) ?? [])
  const name = bracketed ?? plain ?? ''
  const port = digits === undefined ? DNS_PORT : Number(digits)
  if (port < 1 || port > 65_535 || (bracketed !== undefined && isIP(bracketed) !== 6)) {
    throw wrongServer()
  }
  if (isIP(name) > 0 && !name.includes('%')) return { host: name, port }
  const host = hostNamed(name)
  const addresses = await addressesBy(io)(host).catch((cause: unknown) => {
    throw notFound(host, cause)
  })
  const [address] = addresses
  if (address === undefined) throw notFound(host)
  return { host: address, port }
}

/** A name server as a resolver takes it. */
export function placeOfServer({ host, port }: NameServer): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`
}

/**
 * The zone that a domain is in, as its name server knows it.
 *
 * @param wanted the zone that the operator names
 * @throws MailProfileError `dns_update_failed` when the server does not have it
 */
export async function findZone(
  domain: string,
  wanted: string | undefined,
  { resolver, place }: { readonly resolver: Resolver; readonly place: string },
): Promise<string> {
  const labels = domain.split('.')
  const names = wanted === undefined ? labels.map((_, i) => labels.slice(i).join('.')) : [wanted]
  for (const name of names) {
    try {
      await resolver.resolveSoa(name)
      return name
    } catch (error) {
      if (isNoRecord(error)) continue
      // A refusal is for a zone that it does not have; one above may be there.
      if ((error as NodeJS.ErrnoException).code === 'EREFUSED') continue
      throw new MailProfileError('dns_update_failed', `The name server ${place} does not answer.`, {
        hint: 'Check the address and the port.',
        cause: error,
      })
    }
  }
  throw new MailProfileError(
    'dns_update_failed',
    `The name server ${place} does not have the zone${wanted === undefined ? '' : ` ${wanted}`} of ${domain}.`,
    { hint: 'Name the primary server of the zone with --server.' },
  )
}

function hostNamed(name: string): string {
  try {
    return parseHostName(name, 'server')
  } catch (cause) {
    throw wrongServer(cause)
  }
}

function wrongServer(cause?: unknown): UsageError {
  return new UsageError('--server is not a name server.', {
    hint: 'Write ns1.example.com, 192.0.2.1, 192.0.2.1:5353 or [2001:db8::1]:53.',
    field: 'server',
    cause,
  })
}

function notFound(host: string, cause?: unknown): MailProfileError {
  return new MailProfileError('dns_update_failed', `The name server ${host} has no address.`, {
    cause,
  })
}
