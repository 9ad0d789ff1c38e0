import type { Request } from 'express'
import type { Account } from '../account/account.js'
import { parseAddress, type Address } from '../account/address.js'
import { INCOMING_PROTOCOLS, type IncomingProtocol } from '../account/server.js'
import { MAX_NAME_LENGTH, parseText } from '../account/text.js'
import { queryString } from '../encoding/uri.js'
import { MailProfileError } from '../errors.js'
import { requireConfirmation, type FoundSettings } from '../discovery/found-settings.js'
import { providerAccount } from '../providers/provider-account.js'
import { queryParameter } from './query.js'

/** What a link may choose: the person, never the server. */
export interface AccountRequest {
  readonly address: Address
  readonly name?: string | undefined
  readonly protocol?: IncomingProtocol | undefined
  /** Whose servers may get the password, where that has to be said: see `FoundSettings`. */
  readonly confirm?: string | undefined
}

/**
 * Address, name and protocol from a request's query.
 *
 * @param addressParameter what the address is called there
 * @throws MailProfileError `invalid_address`, `invalid_request`, `unsupported_protocol`
 */
export function parseAccountRequest(
  request: Request,
  addressParameter = 'address',
): AccountRequest {
  return accountRequestFor(queryParameter(request, addressParameter), request)
}

/**
 * The same with an address that does not come from the query.
 *
 * @throws MailProfileError `invalid_address`, `invalid_request`, `unsupported_protocol`
 */
export function accountRequestFor(address: string | undefined, request: Request): AccountRequest {
  const name = queryParameter(request, 'name')?.replace(/^ +| +$/g, '')
  return {
    // Phones put a space after what they complete.
    address: parseAddress(address?.replace(/^ +| +$/g, '')),
    name:
      name === undefined || name === ''
        ? undefined
        : parseText(name, 'name', MAX_NAME_LENGTH, 'invalid_request'),
    protocol: parseProtocol(queryParameter(request, 'protocol')),
    confirm: parseConfirmation(queryParameter(request, 'confirm')),
  }
}

/**
 * The account that was asked for, with settings that were found for it.
 *
 * @throws MailProfileError `confirmation_required`, and as `providerAccount`
 */
export function accountFor(found: FoundSettings, wanted: AccountRequest): Account {
  requireConfirmation(found, wanted.confirm)
  return providerAccount(found, wanted.address, wanted)
}

/** The query string that asks for the same account again. */
export function accountQuery(wanted: AccountRequest): string {
  return queryString([
    ['address', wanted.address],
    ['name', wanted.name],
    ['protocol', wanted.protocol],
    ['confirm', wanted.confirm],
  ])
}

// Domains with commas between them; anything else confirms nothing.
function parseConfirmation(value: string | undefined): string | undefined {
  return value !== undefined && /^[a-z0-9.,-]{1,1000}$/i.test(value) ? value : undefined
}

function parseProtocol(value: string | undefined): IncomingProtocol | undefined {
  if (value === undefined) return undefined
  const found = INCOMING_PROTOCOLS.find((protocol) => protocol === value)
  if (found === undefined) {
    throw new MailProfileError('unsupported_protocol', 'The protocol has to be imap or pop3.', {
      field: 'protocol',
    })
  }
  return found
}
