import type { Account } from '../account/account.js'
import type { Authentication, MailServer, Security } from '../account/server.js'

/** One value of an account in the words that mail programs use for it. */
export interface Setting {
  readonly label: string
  readonly value: string
  /** What tells the value from others that look like it: "not STARTTLS". */
  readonly note?: string
  /** Whether the value stands for itself; a password is only named. */
  readonly copy: boolean
}

export interface SettingsGroup {
  readonly title: string
  readonly rows: readonly Setting[]
}

type Word = readonly [value: string, note?: string]

const SECURITY: Readonly<Record<Security, Word>> = {
  tls: ['SSL/TLS', 'not STARTTLS'],
  starttls: ['STARTTLS', 'not SSL/TLS'],
  none: ['None'],
}

const AUTHENTICATION: Readonly<Record<Authentication, Word>> = {
  'password-cleartext': ['Password', 'no “secure password authentication”, SPA'],
  'password-encrypted': ['Encrypted password', 'CRAM-MD5'],
  ntlm: ['NTLM'],
  gssapi: ['Kerberos', 'GSSAPI'],
  oauth2: ['OAuth2'],
  none: ['None'],
}

/**
 * Everything a person has to type into a mail program, in the order in which programs ask.
 *
 * @param password what the password is called: some providers want one that was made for the app
 */
export function settingsOf(account: Account, password = 'your mail password'): SettingsGroup[] {
  const { identity, incoming, outgoing, calendar, contacts } = account
  return [
    {
      title: 'You',
      rows: [
        ...(identity.name === undefined ? [] : [entered('Your name', identity.name)]),
        entered('Mail address', identity.address),
      ],
    },
    {
      title: `Incoming mail (${incoming.protocol.toUpperCase()})`,
      rows: serverRows(incoming, password),
    },
    {
      title: 'Outgoing mail (SMTP)',
      rows: [
        ...serverRows(
          outgoing,
          outgoing.username === incoming.username ? 'the same password' : password,
        ),
        // What programs ask as a question of its own: "Require sign-in", "My server requires …".
        entered('Sign-in required', outgoing.authentication === 'none' ? 'No' : 'Yes'),
      ],
    },
    ...(calendar === undefined
      ? []
      : [{ title: 'Calendar (CalDAV)', rows: [entered('Address', calendar.url)] }]),
    ...(contacts === undefined
      ? []
      : [{ title: 'Contacts (CardDAV)', rows: [entered('Address', contacts.url)] }]),
  ]
}

function serverRows(server: MailServer, password: string): Setting[] {
  return [
    entered('Server', server.host),
    entered('Port', String(server.port)),
    entered('Security', ...SECURITY[server.security]),
    ...(server.username === undefined ? [] : [entered('User name', server.username)]),
    entered('Authentication', ...AUTHENTICATION[server.authentication]),
    ...(server.authentication === 'none' || server.authentication === 'oauth2'
      ? []
      : [{ label: 'Password', value: password, copy: false }]),
  ]
}

function entered(label: string, value: string, note?: string): Setting {
  return { label, value, ...(note === undefined ? {} : { note }), copy: true }
}
