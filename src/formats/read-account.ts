import { MailProfileError } from '../errors.js'

/** A server as some app read it; what the app did not find there, or does not read, is absent. */
export interface ReadServer {
  readonly protocol: string
  readonly host: string
  readonly port: number
  readonly security: string
  readonly authentication?: string | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
}

export interface ReadIdentity {
  readonly address: string
  readonly name: string
}

/** An account as some app read it, in the words of an account's JSON. */
export interface ReadAccount {
  readonly accountName: string
  readonly identities: readonly ReadIdentity[]
  readonly incoming: ReadServer
  readonly outgoing: ReadServer
}

/** What an app that refuses something would say, as our error. */
export function refusedBy(app: string, why: string, cause?: unknown): MailProfileError {
  return new MailProfileError('invalid_profile', `${app} would refuse it. ${why}`, { cause })
}
