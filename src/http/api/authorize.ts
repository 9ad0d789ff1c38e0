import type { Request } from 'express'
import { MailProfileError } from '../../errors.js'
import { clientAddress } from '../request/client-address.js'
import type { Limits } from '../middleware/limits.js'
import type { ApiKey, ApiScope } from '../../config/api-key.js'
import { findApiKey } from './key.js'

/** Who may, and how often. */
export interface ApiAccess {
  readonly apiKeys: readonly ApiKey[]
  readonly limits: Limits
}

/** Who makes a request. */
export interface Caller {
  readonly key: ApiKey
  /** The key itself, as it was presented. */
  readonly bearerKey: string
}

// RFC 6750 section 2.1; the name of the scheme in any letter case (RFC 9110 section 11.1).
const BEARER = /^Bearer +([\w~+/.-]{1,200}=*)$/i

/**
 * The caller of a request under `/api`. A request with a key counts on the key alone, because a whole
 * help desk has one address; a wrong key counts on the address that it came from.
 *
 * @param scope what the key has to have; any key will do without one
 * @throws MailProfileError `unauthorized`, `forbidden`, `too_many_requests`
 */
export async function authorize(
  { apiKeys, limits }: ApiAccess,
  request: Request,
  scope?: ApiScope,
): Promise<Caller> {
  const header = request.get('Authorization')
  if (header === undefined) {
    await limits.client(clientAddress(request))
    throw unauthorized('This needs an API key.')
  }
  const [, bearerKey] = BEARER.exec(header) ?? []
  const key = bearerKey === undefined ? undefined : findApiKey(apiKeys, bearerKey)
  if (key === undefined || bearerKey === undefined) {
    await limits.wrong(clientAddress(request))
    throw unauthorized('This API key is not known here.')
  }
  await limits.key(key.name)
  const caller = { key, bearerKey }
  if (scope !== undefined) requireScope(caller, scope)
  return caller
}

/** @throws MailProfileError `forbidden` for what a key is not for */
export function requireScope({ key: { scopes } }: Caller, scope: ApiScope): void {
  if (scopes.includes(scope)) return
  throw new MailProfileError('forbidden', `This API key is not for ${scope}.`, {
    hint: 'The scopes of a key are in the configuration.',
  })
}

/** Whether a key is for addresses in a domain. */
export function isFor({ key: { domains } }: Caller, domain: string): boolean {
  return domains?.includes(domain) ?? true
}

/** @throws MailProfileError `forbidden` for a domain that a key is not for */
export function requireDomain(caller: Caller, domain: string): void {
  if (isFor(caller, domain)) return
  throw new MailProfileError('forbidden', 'This API key is not for addresses in that domain.', {
    hint: 'The domains of a key are in the configuration.',
    field: 'address',
  })
}

function unauthorized(sentence: string): MailProfileError {
  return new MailProfileError('unauthorized', sentence, {
    hint: 'Send it as “Authorization: Bearer KEY”. “mailprofile keys new NAME” makes one.',
  })
}
