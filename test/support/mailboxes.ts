import { randomBytes } from 'node:crypto'

/** A mailbox of the test servers. */
export interface Mailbox {
  readonly address: string
  /** The name of its folder. */
  readonly localPart: string
  /** What IMAP and POP3 take as user name. */
  readonly incomingUsername: string
  /** What SMTP takes as user name. */
  readonly outgoingUsername: string
  readonly password: string
}

/** Whose the mailboxes' folders are: Debian's nobody and nogroup. */
export const MAIL_USER = 65534

export const MAIL_DOMAIN = 'example.test'

// What has to be escaped somewhere: in URIs, XML, JSON, quoted strings, configuration files.
const AWKWARD = `+ % & ; # " \\ ü ' : $1 {} <>@/=`

/** ann, whose user names are her address, and bob, whose IMAP name is what stands before the @. */
export function createMailboxes(): { readonly ann: Mailbox; readonly bob: Mailbox } {
  const ann = `ann@${MAIL_DOMAIN}`
  const bob = `bob@${MAIL_DOMAIN}`
  return {
    ann: {
      address: ann,
      localPart: 'ann',
      incomingUsername: ann,
      outgoingUsername: ann,
      password: randomBytes(6).toString('base64url') + AWKWARD,
    },
    bob: {
      address: bob,
      localPart: 'bob',
      incomingUsername: 'bob',
      outgoingUsername: bob,
      password: randomBytes(12).toString('base64url'),
    },
  }
}
