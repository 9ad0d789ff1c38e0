import type { Request } from 'express'
import { parseDomain } from '../../account/address.js'
import { rawQueryValues } from '../../encoding/uri.js'
import { MailProfileError } from '../../errors.js'
import { say } from '../../messages/text.js'
import { unknownDomain, type Catalogue } from '../../providers/catalogue.js'
import { servedDomainAt, type ServedDomain } from '../request/served-host.js'

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
 * The served domain that a request was sent to: its Host, less the name of the service.
 *
 * @throws MailProfileError `unknown_domain`, without the name: it may be anything
 */
export function servedDomainOfHost(catalogue: Catalogue, request: Request): ServedDomain {
  const served = servedDomainAt(catalogue, request)
  if (served !== undefined) return served
  throw new MailProfileError('unknown_domain', say('errors.http.unknownHost'), {
    hint: say('errors.http.giveAddress', { example: '?emailaddress=ann@example.com' }),
  })
}

/**
 * The served domain that a request is about: that of the address in its query, or where that names no
 * domain, because it is empty or a name alone, the one that it was sent to.
 *
 * @param given the address as it stands, or undefined where there is none
 * @throws MailProfileError `unknown_domain`; `invalid_address` for what is no domain
 */
export function servedDomainAsked(
  catalogue: Catalogue,
  request: Request,
  given: string | undefined,
): ServedDomain {
  const domain = given === undefined ? undefined : domainAsItStands(given)
  if (domain !== undefined) return servedDomain(catalogue, domain)
  try {
    return servedDomainOfHost(catalogue, request)
  } catch (cause) {
    // Then the name alone is what is wrong.
    throw given === undefined ? cause : noAddress(cause)
  }
}

/**
 * The mail address in a request's query, as it stands there: programs send it encoded or not.
 *
 * @param names what the parameter is called, in lower case; letter case does not count
 * @returns undefined where there is no such parameter
 * @throws MailProfileError `invalid_request` when it is there twice
 */
export function addressParameter(
  { originalUrl }: Request,
  names: readonly string[],
): string | undefined {
  const question = originalUrl.indexOf('?')
  if (question < 0) return undefined
  const [address, ...more] = rawQueryValues(originalUrl.slice(question + 1), (name) =>
    names.includes(name.toLowerCase()),
  )
  if (more.length > 0) {
    throw new MailProfileError('invalid_request', say('errors.http.addressTwice'), {
      field: names[0],
    })
  }
  return address
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

// Only the domain counts: the part before the @ may hold a % that encodes nothing. Programs that encode the
// @ do so twice where a proxy or a redirect does it again.
function domainAsItStands(address: string): string | undefined {
  const [, local = '', domain] = /^([^]*)(?:@|%40|%2540)([^]*)$/i.exec(address) ?? []
  if (domain === undefined) return undefined
  try {
    // Phones put a space after what they complete.
    return domainIn(`${local}@${decodeURIComponent(domain).trimEnd()}`)
  } catch (cause) {
    if (cause instanceof MailProfileError) throw cause
    throw noAddress(cause)
  }
}

function noAddress(cause?: unknown): MailProfileError {
  return new MailProfileError('invalid_address', say('errors.address.noAt'), {
    field: 'emailaddress',
    cause,
  })
}
