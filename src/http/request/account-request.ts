import { parseAddress, type Address } from '../../account/address.js'
import { INCOMING_PROTOCOLS, type IncomingProtocol } from '../../account/server.js'
import { parsePlainText } from '../../account/plain-text.js'
import { MAX_NAME_LENGTH } from '../../account/text.js'
import { queryString } from '../../encoding/uri.js'
import { MailProfileError } from '../../errors.js'
import { say } from '../../messages/text.js'
import { LANGUAGE } from './language.js'
import { queryParameter, type WithQuery } from './query.js'

/** What the links of a page carry after its visitor has agreed. */
export const CONFIRMED = 'confirmed'

/** What is left of a choice of two ways where most people take the other one. */
export const WITH = 'with'
export const PASSWORD = 'password'

/** What a link may choose: the person, never the server. */
export interface AccountRequest {
  readonly address: Address
  readonly name?: string | undefined
  readonly protocol?: IncomingProtocol | undefined
  /** Whether a password is wanted where most people sign in on a page of their provider. */
  readonly byPassword?: boolean | undefined
}

/**
 * Address, name and protocol from a query.
 *
 * @throws MailProfileError `invalid_address`, `invalid_request`, `unsupported_protocol`
 */
export function parseAccountRequest(request: WithQuery): AccountRequest {
  return accountRequestFor(queryParameter(request, 'address'), request)
}

/**
 * The same with an address that is called otherwise there, or does not come from the query.
 *
 * @throws MailProfileError `invalid_address`, `invalid_request`, `unsupported_protocol`
 */
export function accountRequestFor(address: string | undefined, request: WithQuery): AccountRequest {
  const name = withoutOuterSpaces(queryParameter(request, 'name'))
  return {
    // Phones put a space after what they complete.
    address: parseAddress(withoutOuterSpaces(address)),
    name:
      name === undefined || name === ''
        ? undefined
        : parsePlainText(name, 'name', MAX_NAME_LENGTH, 'invalid_request'),
    protocol: parseProtocol(queryParameter(request, 'protocol')),
    ...(wantsPassword(request) ? { byPassword: true } : {}),
  }
}

/**
 * The query string that asks for the same account again.
 *
 * @param options.confirmed what says that the person agreed to settings that were found
 * @param options.language the language of what is asked for
 */
export function accountQuery(
  { address, name, protocol, byPassword }: AccountRequest,
  {
    confirmed,
    language,
  }: { readonly confirmed?: string | undefined; readonly language?: string | undefined } = {},
): string {
  return queryString([
    ['address', address],
    ['name', name],
    ['protocol', protocol],
    [WITH, byPassword === true ? PASSWORD : undefined],
    [CONFIRMED, confirmed],
    [LANGUAGE, language],
  ])
}

/** Whether a password is wanted where most people sign in on a page of their provider. */
export function wantsPassword(request: WithQuery): boolean {
  return queryParameter(request, WITH) === PASSWORD
}

// An expression for it would take the square of the length where spaces stand inside.
function withoutOuterSpaces(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  let start = 0
  let end = text.length
  while (text[start] === ' ') start++
  while (end > start && text[end - 1] === ' ') end--
  return text.slice(start, end)
}

function parseProtocol(value: string | undefined): IncomingProtocol | undefined {
  if (value === undefined) return undefined
  const found = INCOMING_PROTOCOLS.find((protocol) => protocol === value)
  if (found === undefined) {
    throw new MailProfileError('unsupported_protocol', say('errors.http.protocol'), {
      field: 'protocol',
    })
  }
  return found
}
