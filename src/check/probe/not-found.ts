import { queryString } from '../../encoding/uri.js'
import type { ProbeAsker } from './asker.js'
import type { ProbeCode } from './diagnoses.js'
import type { HttpAnswer } from './exchange.js'
import { ownRefusal } from './judge.js'

export interface NotFoundOptions {
  readonly asker: ProbeAsker
  readonly domain: string
  readonly base: string | undefined
}

/**
 * Why mailprofile itself refuses a question that it should know the answer to: what the proxy changed, seen
 * by asking the same in other ways.
 *
 * @param answer a refusal of mailprofile's own
 * @param asked where the question was sent, before any redirect
 */
export async function explainNotFound(
  answer: HttpAnswer,
  asked: URL,
  { asker, domain, base }: NotFoundOptions,
): Promise<ProbeCode> {
  const refusal = ownRefusal(answer)
  // No route of its own fits, so this is not the path that was sent.
  if (refusal === 'not_found' || refusal === 'unknown_format') return 'path_changed'
  if (refusal === 'method_not_allowed') return 'post_refused'
  const somebody = `somebody@${domain}`
  const known = await refusalAt(
    asker,
    base && `${base}/formats/mozilla-autoconfig${queryString([['address', somebody]])}`,
  )
  if (known === 'unknown_domain') return 'domain_not_served'
  if (known === 'invalid_address' || known === 'invalid_request') return 'query_lost'
  if (refusal === 'invalid_address' || refusal === 'invalid_request') return 'query_lost'
  if (answer.url.host !== asked.host) return 'redirect_loses_host'
  if (refusal === 'misdirected') return 'host_not_passed'
  const withAddress = await refusalAt(
    asker,
    `${answer.url.origin}/mail/config-v1.1.xml${queryString([['emailaddress', somebody]])}`,
  )
  if (withAddress === 'none') return asked.search === '' ? 'host_not_passed' : 'query_lost'
  return known === 'none' ? 'query_lost' : 'domain_not_served'
}

// `none` where the domain is known; nothing where it is somebody else's answer, or there is none.
async function refusalAt(asker: ProbeAsker, url: string | undefined): Promise<string | undefined> {
  if (url === undefined) return undefined
  const { answer } = await asker.ask({ url })
  if (answer === undefined) return undefined
  const refusal = ownRefusal(answer)
  // An account that this format does not carry: of calendars alone, of a page where people sign in.
  return answer.status === 200 || (answer.status === 422 && refusal !== undefined)
    ? 'none'
    : refusal
}
