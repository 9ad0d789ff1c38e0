import type { AccountJson } from './arbitraries.js'
import type { Mailbox } from './mailboxes.js'

/** Ports by the security that an account names. */
export interface SecurePorts {
  readonly tls: number
  readonly starttls: number
}

/** What the accounts of the test servers are made from. */
export interface MailAccounts {
  readonly ports: {
    readonly imap: SecurePorts
    readonly pop3: SecurePorts
    readonly smtp: SecurePorts
  }
  readonly mailboxes: { readonly ann: Mailbox; readonly bob: Mailbox }
}

export type MailboxName = keyof MailAccounts['mailboxes']

export interface MailAccountOptions {
  readonly protocol?: 'imap' | 'pop3'
  readonly security?: keyof SecurePorts
  readonly authentication?: string
  /** The account carries its passwords. */
  readonly withPasswords?: boolean
}

/** A mailbox's account as `parseAccount` takes it. */
export function mailAccount(
  { ports, mailboxes }: MailAccounts,
  name: MailboxName,
  options: MailAccountOptions = {},
): AccountJson {
  const { protocol = 'imap', security = 'tls', authentication = 'password-cleartext' } = options
  const { address, password, incomingUsername, outgoingUsername } = mailboxes[name]
  const common = {
    host: 'localhost',
    security,
    authentication,
    ...(options.withPasswords === true ? { password } : {}),
  }
  return {
    identity: { address, name: `${name} of the tests` },
    incoming: { ...common, protocol, port: ports[protocol][security], username: incomingUsername },
    outgoing: {
      ...common,
      protocol: 'smtp',
      port: ports.smtp[security],
      username: outgoingUsername,
    },
  }
}
