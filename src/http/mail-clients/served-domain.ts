import type { Request } from 'express'
import { parseDomain } from '../../account/address.js'
import { rawQueryValues } from '../../encoding/uri.js'
import { MailProfileError } from '../../errors.js'
import { say } from '../../messages/text.js'
import { unknownDomain, type Catalogue } from '../../providers/catalogue.js'
import type { DomainSettings } from '../../providers/domain-settings.js'

/** A mail domain that is served, and its settings, which others may share. */
export interface ServedDomain {
  /** Lower-case A-labels. */
  readonly domain: string
  readonly settings: DomainSettings
}

const ASCII = /^[ -~]*$/
// The names under which clients ask for what a mail domain offers.
const SERVICE_NAME = /^(?:autoconfig|autodiscover|ua-auto-config)\./

/**
 * The served domain with this name.
 *
 * @throws MailProfileError `unknown_domain`
 */
export function servedDomain(catalogue: Catalogue, domain: string): ServedDomain {
  const settings = catalogue.forDomain(domain)
  if (settings === undefined) throw unknownDomain(domain)
  return { domain, settings }
}

/**
 * The served domain that a request was sent to: its Host, less the name of the service. Never
 * X-Forwarded-Host, which anybody can send.
 *
 * @throws MailProfileError `unknown_domain`, without the name: it may be anything
 */
export function servedDomainOfHost(catalogue: Catalogue, { headers }: Request): ServedDomain {
  const host = decoded(headers.host ?? '')
    .replace(/:\d*$/, '')
    .replace(/\.$/, '')
    .toLowerCase()
  for (const name of [host, host.replace(SERVICE_NAME, '')]) {
    // In ASCII it is as the catalogue has it, or not there at all.
    const domain = ASCII.test(name) ? name : foldDomain(name)
    const settings = catalogue.forDomain(domain)
    if (settings !== undefined) return { domain, settings }
  }
  throw new MailProfileError('unknown_domain', say('errors.http.unknownHost'), {
    hint: say('errors.http.giveAddress', { example: '?emailaddress=ann@example.com' }),
  })
}

/**
 * The domain of a mail address in a request's query. Only the domain counts: programs send the part
 * before the @ encoded or not, and no answer depends on it.
 *
 * @param names what the parameter is called, in lower case; letter case does not count
 * @returns undefined where there is no such parameter
 * @throws MailProfileError `invalid_address`, `invalid_request` when it is there twice
 */
export function domainParameter(
  { originalUrl }: Request,
  names: readonly string[],
): string | undefined {
  const question = originalUrl.indexOf('?')
  if (question < 0) return undefined
  const [address, ...more] = rawQueryValues(originalUrl.slice(question + 1), (name) =>
    names.includes(name.toLowerCase()),
  )
  if (address === undefined) return undefined
  if (more.length > 0) {
    throw new MailProfileError('invalid_request', say('errors.http.addressTwice'), {
      field: names[0],
    })
  }
  return domainIn(decodeDomain(address))
}

/**
 * The domain of a mail address.
 *
 * @throws MailProfileError `invalid_address`
 */
export function domainIn(address: string): string {
  const at = address.lastIndexOf('@')
  if (at < 1) throw noAddress()
  return parseDomain(address.slice(at + 1), 'emailaddress')
}

// The part before the @ may hold a % that encodes nothing.
function decodeDomain(address: string): string {
  const [, local = '', domain] = /^([^]*)(?:@|%40)([^]*)$/i.exec(address) ?? []
  if (domain === undefined) throw noAddress()
  try {
    return `${local}@${decodeURIComponent(domain)}`
  } catch (cause) {
    throw noAddress(cause)
  }
}

function noAddress(cause?: unknown): MailProfileError {
  return new MailProfileError('invalid_address', say('errors.address.noAt'), {
    field: 'emailaddress',
    cause,
  })
}

// Node gives the bytes of a header as Latin-1, whatever they are.
function decoded(header: string): string {
  return ASCII.test(header) ? header : Buffer.from(header, 'latin1').toString('utf8')
}

function foldDomain(name: string): string {
  try {
    return parseDomain(name)
  } catch {
    return ''
  }
}
