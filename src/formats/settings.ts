import { davLogin, type Account, type MailAccount } from '../account/account.js'
import type { DavServer } from '../account/dav.js'
import type { Authentication, MailServer, Security } from '../account/server.js'
import { say, type Text } from '../messages/text.js'

/** What a value is for; the message `settings.<label>` says it. */
export type SettingLabel =
  | 'name'
  | 'address'
  | 'url'
  | 'server'
  | 'port'
  | 'security'
  | 'username'
  | 'authentication'
  | 'password'
  | 'signIn'

/** One value of an account in the words that mail programs use for it. */
export interface Setting {
  readonly label: SettingLabel
  /** As it is typed or, where it is words to choose or to know, a text. */
  readonly value: string | Text
  /** What tells the value from others that look like it: "not STARTTLS". */
  readonly note?: string | Text
  /** Whether people copy it: what they choose from a list, or know, they do not. */
  readonly copy: boolean
}

/** The values of one thing. The message `settings.<title>` says which. */
export type SettingsGroup = { readonly rows: readonly Setting[] } & (
  | { readonly title: 'you' | 'outgoing' | 'calendar' | 'contacts' }
  | { readonly title: 'incoming'; readonly protocol: string }
)

type Word = readonly [value: string | Text, note?: string | Text]

const COPIED: ReadonlySet<SettingLabel> = new Set([
  'name',
  'address',
  'url',
  'server',
  'port',
  'username',
])

const SECURITY: Readonly<Record<Security, Word>> = {
  tls: ['SSL/TLS', say('settings.notStarttls')],
  starttls: ['STARTTLS', say('settings.notTls')],
  none: [say('settings.none')],
}

const AUTHENTICATION: Readonly<Record<Authentication, Word>> = {
  'password-cleartext': [say('settings.password'), say('settings.noSpa')],
  'password-encrypted': [say('settings.encryptedPassword'), 'CRAM-MD5'],
  ntlm: ['NTLM'],
  gssapi: ['Kerberos', 'GSSAPI'],
  oauth2: ['OAuth2'],
  none: [say('settings.noAuthentication')],
}

/**
 * Everything a person has to type into a program, in the order in which programs ask.
 *
 * @param password what the password is called: some providers want one that was made for the app
 */
export function settingsOf(
  account: Account,
  password: Text = ownPassword(account),
): SettingsGroup[] {
  const { identity, calendar, contacts } = account
  return [
    {
      title: 'you',
      rows: [
        ...(identity.name === undefined ? [] : [setting('name', identity.name)]),
        setting('address', identity.address),
      ],
    },
    ...(account.incoming === undefined ? [] : mailGroups(account, password)),
    ...(calendar === undefined
      ? []
      : [{ title: 'calendar' as const, rows: davRows(account, calendar, password) }]),
    ...(contacts === undefined
      ? []
      : [{ title: 'contacts' as const, rows: davRows(account, contacts, password) }]),
  ]
}

/** What the password of an account is called where it is nothing special. */
export function ownPassword({ incoming }: Account): Text {
  return say(incoming === undefined ? 'settings.ownPassword' : 'settings.yourPassword')
}

function mailGroups({ incoming, outgoing }: MailAccount, password: Text): SettingsGroup[] {
  return [
    {
      title: 'incoming',
      protocol: incoming.protocol.toUpperCase(),
      rows: serverRows(incoming, password),
    },
    {
      title: 'outgoing',
      rows: [
        ...serverRows(
          outgoing,
          outgoing.username === incoming.username ? say('settings.samePassword') : password,
        ),
        // What programs ask as a question of its own: "Require sign-in", "My server requires …".
        setting('signIn', say(outgoing.authentication === 'none' ? 'settings.no' : 'settings.yes')),
      ],
    },
  ]
}

// Beside mail the log-in is that of mail, unless it has a user name of its own.
function davRows(account: Account, server: DavServer, password: Text): Setting[] {
  const isAlone = account.incoming === undefined
  return [
    setting('url', server.url),
    ...(isAlone || server.username !== undefined
      ? [setting('username', davLogin(account, server).username)]
      : []),
    ...(isAlone ? [setting('password', password)] : []),
  ]
}

function serverRows(server: MailServer, password: Text): Setting[] {
  return [
    setting('server', server.host),
    setting('port', String(server.port)),
    setting('security', ...SECURITY[server.security]),
    ...(server.username === undefined ? [] : [setting('username', server.username)]),
    setting('authentication', ...AUTHENTICATION[server.authentication]),
    ...(server.authentication === 'none' || server.authentication === 'oauth2'
      ? []
      : [setting('password', password)]),
  ]
}

function setting(label: SettingLabel, ...[value, note]: Word): Setting {
  return { label, value, ...(note === undefined ? {} : { note }), copy: COPIED.has(label) }
}

/** The settings in plain words, as a sheet and the command line have them. */
export interface SpokenGroup {
  readonly title: string
  readonly rows: readonly (readonly [label: string, value: string, note: string | undefined])[]
}

/** @param write writes a text in the language that is wanted */
export function spoken(
  groups: readonly SettingsGroup[],
  write: (text: Text) => string,
): SpokenGroup[] {
  const words = (said: string | Text) => (typeof said === 'string' ? said : write(said))
  return groups.map((group) => ({
    title: write(titleOf(group)),
    rows: group.rows.map(({ label, value, note }) => [
      write(say(`settings.${label}`)),
      words(value),
      note === undefined ? undefined : words(note),
    ]),
  }))
}

function titleOf(group: SettingsGroup): Text {
  return group.title === 'incoming'
    ? say('settings.incoming', { protocol: group.protocol })
    : say(`settings.${group.title}`)
}
