import type { MailAccount } from '../account/account.js'
import type { Authentication, IncomingServer, OutgoingServer } from '../account/server.js'
import { MailProfileError, type ErrorCode } from '../errors.js'
import { english } from '../messages/english.js'
import { say, type Text } from '../messages/text.js'
import { SUPPORTED, type Support } from './format.js'

type Server = IncomingServer | OutgoingServer
export type Refusal = Extract<Support, { supported: false }>

/** A refusal of one value. */
export function refuse(
  field: string,
  text: Text,
  errorCode: ErrorCode = 'unsupported_account',
): Refusal {
  return new RefusedValue(field, text, errorCode)
}

// Of a class, because V8 keeps each object that has a getter of its own until it clears the old ones (20).
class RefusedValue {
  readonly supported = false

  constructor(
    readonly field: string,
    readonly text: Text,
    readonly code: ErrorCode,
  ) {}

  // Most are never read: what a domain's other servers can do is all that is asked.
  get reason(): string {
    return english(this.text)
  }
}

/**
 * Goes on only with support.
 *
 * @throws MailProfileError `oauth_only` or `unsupported_account` with the reason
 */
export function requireSupport(support: Support): void {
  if (support.supported) return
  throw new MailProfileError(support.code, support.text, { field: support.field })
}

/** Support unless a server has a value that is refused; the incoming server is asked first. */
export function supportOfServers(
  { incoming, outgoing }: MailAccount,
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
      return refuse(field, say('support.oauth', { app }), 'oauth_only')
    }
    return refuse(
      field,
      authentication === 'none'
        ? say('support.noPassword', { app, server: path })
        : say('support.authentication', { app, authentication }),
    )
  }
}

/** Refuses servers that are reached without encryption. */
export function onlyEncrypted(
  app: string,
): (server: Pick<Server, 'security'>, path: string) => Refusal | undefined {
  return ({ security }, path) =>
    security === 'none'
      ? refuse(`${path}.security`, say('support.unencrypted', { app, server: path }))
      : undefined
}
