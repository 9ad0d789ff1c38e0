import type { Account } from '../account/account.js'
import type { Authentication, IncomingServer, OutgoingServer } from '../account/server.js'
import { MailProfileError, type ErrorCode } from '../errors.js'
import { SUPPORTED, type Support } from './format.js'

type Server = IncomingServer | OutgoingServer
export type Refusal = Extract<Support, { supported: false }>

/** A refusal of one value. */
export function refuse(
  field: string,
  reason: string,
  errorCode: ErrorCode = 'unsupported_account',
): Refusal {
  return { supported: false, code: errorCode, reason, field }
}

/**
 * Goes on only with support.
 *
 * @throws MailProfileError `oauth_only` or `unsupported_account` with the reason
 */
export function requireSupport(support: Support): void {
  if (support.supported) return
  throw new MailProfileError(support.code, support.reason, { field: support.field })
}

/** Support unless a server has a value that is refused; the incoming server is asked first. */
export function supportOfServers(
  { incoming, outgoing }: Account,
  ...judges: readonly ((server: Server, path: string) => Refusal | undefined)[]
): Support {
  for (const [path, server] of Object.entries({ incoming, outgoing })) {
    for (const judge of judges) {
      const refusal = judge(server, path)
      if (refusal !== undefined) return refusal
    }
  }
  return SUPPORTED
}

/** Refuses every way to authenticate but those that an app knows. */
export function onlyAuthentication(
  app: string,
  known: readonly Authentication[],
): (server: Pick<Server, 'authentication'>, path: string) => Refusal | undefined {
  return ({ authentication }, path) => {
    if (known.includes(authentication)) return undefined
    const field = `${path}.authentication`
    if (authentication === 'oauth2') {
      return refuse(
        field,
        'This mail provider wants you to sign in on its own page (OAuth), which cannot be handed ' +
          `over to ${app}. Add the account in ${app} by choosing the provider there.`,
        'oauth_only',
      )
    }
    return refuse(
      field,
      authentication === 'none'
        ? `${app} always signs in, but the settings for ${path} mail say that this server takes no password.`
        : `${app} does not know the way this server checks passwords (${authentication}).`,
    )
  }
}

/** Refuses servers that are reached without encryption. */
export function onlyEncrypted(
  app: string,
): (server: Pick<Server, 'security'>, path: string) => Refusal | undefined {
  return ({ security }, path) =>
    security === 'none'
      ? refuse(
          `${path}.security`,
          `${app} cannot be told to use a server without encryption, as these settings want it for ${path} mail.`,
        )
      : undefined
}
