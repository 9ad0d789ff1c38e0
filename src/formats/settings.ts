import type { Account } from '../account/account.js'
import type { Authentication, MailServer, Security } from '../account/server.js'

/** One value of an account in the words that mail programs use for it. */
export interface Setting {
  readonly label: string
  readonly value: string
  /** Whether the value is something to enter, rather than something to choose or to know. */
  readonly copy: boolean
}

export interface SettingsGroup {
  readonly title: string
  readonly rows: readonly Setting[]
}

const SECURITY: Readonly<Record<Security, string>> = {
  tls: 'SSL/TLS (not STARTTLS)',
  starttls: 'STARTTLS',
  none: 'None',
}

const AUTHENTICATION: Readonly<Record<Authentication, string>> = {
  'password-cleartext': 'Password (no “secure password authentication”, SPA)',
  'password-encrypted': 'Encrypted password (CRAM-MD5)',
  ntlm: 'NTLM',
  gssapi: 'Kerberos / GSSAPI',
  oauth2: 'OAuth2',
  none: 'None',
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
      rows: serverRows(
        outgoing,
        outgoing.username === incoming.username ? 'the same password' : password,
      ),
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
    chosen('Security', SECURITY[server.security]),
    ...(server.username === undefined ? [] : [entered('User name', server.username)]),
    chosen('Authentication', AUTHENTICATION[server.authentication]),
    ...(server.authentication === 'none' || server.authentication === 'oauth2'
      ? []
      : [chosen('Password', password)]),
  ]
}

function entered(label: string, value: string): Setting {
  return { label, value, copy: true }
}

function chosen(label: string, value: string): Setting {
  return { label, value, copy: false }
}
