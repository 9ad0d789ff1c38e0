import type { Address } from '../account/address.js'
import type { Secret } from '../account/secret.js'
import type { CheckCode } from './causes.js'
import type { Dialogue } from './dialogue.js'

/** A server's answer, in the terms that IMAP, POP3 and SMTP have in common. */
export interface Reply {
  readonly status: 'ok' | 'continue' | 'no'
  /**
   * Machine-readable words in upper case: response codes (RFC 5530, RFC 3206), the numbers of SMTP
   * (RFC 5321) and its enhanced codes (RFC 3463).
   */
  readonly codes: readonly string[]
  /** As the server wrote it: never to be shown without `cleanServerText`. */
  readonly text: string
}

export interface Capabilities {
  /** Upper case, with their values: `IDLE`, `SIZE 1000`; none when the server does not tell. */
  readonly names: readonly string[]
  /** SASL mechanisms in upper case, and `APOP`. */
  readonly mechanisms: readonly string[]
  /** Says that it takes user name and password without SASL: IMAP's LOGIN, POP3's USER and PASS. */
  readonly passwordCommand: boolean
  /** Does not say whether it takes them, so that apps try. */
  readonly passwordCommandUntold?: boolean
  /** SASL may begin with the client's first response (RFC 4954, RFC 5034; RFC 4959 for IMAP). */
  readonly initialResponse: boolean
  /** How they were asked for, where there are several ways. */
  readonly method?: string
  /** What the server said when it refused the first way. */
  readonly refusal?: string
}

export interface Credentials {
  readonly username: string
  readonly password: Secret
}

/** What came of one way of logging in. */
export interface LogInAttempt {
  /** The server's last word. */
  readonly reply: Reply
  /** The server has seen the password, or what is made from it: a refusal may be about that. */
  readonly sent: boolean
}

/** What the last step found: an open mailbox, an accepted sender. */
export type Use = { readonly detail: string } | { readonly code: CheckCode; readonly reply: Reply }

/** What is different about one protocol on one connection. Every method may throw a Failure. */
export interface Session {
  /** What the server says first. */
  greeting(): Promise<Reply>
  capabilities(): Promise<Capabilities>
  startTls(): Promise<Reply>
  /** Begins SASL, with an initial response in base64 where the server takes one. */
  authenticate(mechanism: string, initial: string | undefined): Promise<Reply>
  /** Goes on with SASL. */
  respond(response: string): Promise<Reply>
  /** Logs in without SASL. */
  login(credentials: Credentials, command: 'password' | 'digest'): Promise<LogInAttempt>
  /** Tries what the log-in is for, without changing anything. */
  use(address: Address): Promise<Use>
  quit(): void
}

/** What is different about one protocol; `protocols.ts` lists them. */
export interface Protocol {
  readonly title: string
  /** Whether a first line is of this protocol. */
  readonly greets: RegExp
  /** How its capabilities call STARTTLS. */
  readonly startTls: 'STARTTLS' | 'STLS'
  /** Capabilities of which a mail app needs one, if any. */
  readonly needed: readonly string[]
  /** Capabilities that matter to phones, in the order in which they are shown. */
  readonly interesting: readonly string[]
  /** The step after the log-in. */
  readonly use: 'mailbox' | 'sender'
  readonly sasl: SaslHabits
  /** @param greeting what the server said first, when that was before TLS */
  readonly create: (dialogue: Dialogue, greeting?: Reply) => Session
}

/** How mail apps log in by a protocol, and what its servers mean. */
export interface SaslHabits {
  /** Whether apps send PLAIN's message with the command where the server takes that. */
  readonly initialFirst: boolean
  /** The longest initial response in base64, by what a command may be long. */
  readonly maxInitial: number
  /** A refusal without a code may be about the mechanism: apps try the password's command then. */
  readonly vagueRefusals: boolean
  /** How a person would call a log-in without SASL. */
  readonly passwordCommand: string
  /** What tells SASL's LOGIN from it. */
  readonly loginMechanism: string
}
