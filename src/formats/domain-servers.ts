import { offersMail, type MailService } from '../account/mail-service.js'
import { domainHost, type DomainServer } from '../dns/domain-hosts.js'
import { say } from '../messages/text.js'
import { NO_MAIL } from './mail-format.js'
import { refuse, type Refusal } from './support.js'

/** Why a document about mail tells nothing of a domain of calendars and contacts alone. */
export function mailRefusal(service: MailService): Refusal | undefined {
  return offersMail(service) ? undefined : NO_MAIL
}

/** Says why a server cannot be told of, or nothing. */
export type Judge = (server: DomainServer, path: string) => Refusal | undefined

/** The servers that may be told of; where there are none, what was said of the preferred one. */
export type Selection<T> =
  | { readonly servers: readonly [T, ...T[]]; readonly refusal?: undefined }
  | { readonly servers: readonly []; readonly refusal: Refusal }

/**
 * The servers of one direction that no judge refuses, their hosts written out: implicit TLS first
 * (RFC 8314 section 3), otherwise in the service's own order.
 *
 * @param address as for `domainHost`
 * @param path what refusals call the direction: `incoming`
 */
export function selectServers<T extends DomainServer>(
  templates: readonly T[],
  address: string,
  path: string,
  judges: readonly Judge[],
): Selection<T> {
  const servers: T[] = []
  let refusal: Refusal | undefined
  for (const template of templates) {
    const host = domainHost(template, address)
    const said =
      host === undefined
        ? noHost(path)
        : judges.reduce<Refusal | undefined>(
            (first, judge) => first ?? judge(template, path),
            undefined,
          )
    if (host !== undefined && said === undefined) servers.push({ ...template, host })
    else refusal ??= said
  }
  servers.sort((a, b) => Number(b.security === 'tls') - Number(a.security === 'tls'))
  const [first, ...rest] = servers
  if (first !== undefined) return { servers: [first, ...rest] }
  return {
    servers: [],
    refusal: refusal ?? refuse(path, say('support.noServer', { server: path })),
  }
}

/** Refuses servers without a user name, which leave every program to guess, and odd ones. */
export const onlyNamed: Judge = ({ username, authentication }, path) => {
  if (username === undefined && authentication !== 'none') {
    return refuse(`${path}.username`, say('support.noUser', { server: path }))
  }
  return username === username?.trim()
    ? undefined
    : refuse(`${path}.username`, say('support.userSpace', { server: path }))
}

/** Refuses servers with another user name than the address, for readers that are told of none. */
export const onlyByAddress: Judge = ({ username, authentication }, path) =>
  username === '%EMAILADDRESS%' || authentication === 'none'
    ? undefined
    : refuse(`${path}.username`, say('support.otherUser', { server: path }))

function noHost(path: string): Refusal {
  return refuse(`${path}.host`, say('support.otherHosts', { server: path }))
}

/** The start of a text, at most so many code points, without a space at its end. */
export function shortened(text: string, limit: number): string {
  return Array.from(text).slice(0, limit).join('').trim()
}
