import type { Inspection, InspectionSection } from '../format.js'
import { parseAndroidIntent } from '../android-intent/reader.js'
import { parseDavx5Link } from '../davx5-link/reader.js'
import { parseDcLogin, type DcLoginServer } from '../deltachat-link/reader.js'
import { parseFairemailProfile, type FairemailServer } from '../fairemail-profile/reader.js'
import { parseIntentUri, type Intent } from '../intent-uri.js'
import { parseK9Settings } from '../k9-settings/reader.js'
import { refusedBy, type ReadAccount, type ReadServer } from '../read-account.js'
import { parseThunderbirdQr } from '../thunderbird-qr/reader.js'

type Row = readonly [label: string, value: string]

const HIDDEN = '[in it]'
const HOLDS_PASSWORD = 'It holds a password: keep it as safe as the password itself.'
const NOT_ENCRYPTED = 'A server is used without encryption: others can read password and mail.'

/** @throws MailProfileError `invalid_profile` when Thunderbird for Android would refuse the code */
export function inspectThunderbirdQr(text: string): Inspection {
  const { sequence, accounts } = parseThunderbirdQr(text)
  const [number, total] = sequence
  const warnings = accounts.flatMap(accountWarnings)
  if (total > 1) warnings.push(`It is code ${number} of ${total}: all of them have to be scanned.`)
  return { sections: accounts.flatMap(accountSections), warnings: [...new Set(warnings)] }
}

/** @throws MailProfileError `invalid_profile` when the app would import nothing from the file */
export function inspectK9Settings(document: string): Inspection {
  const { accounts, failed } = parseK9Settings(document)
  const [first] = failed
  if (accounts.length === 0) {
    throw refusedBy('Thunderbird for Android', first?.why ?? 'It holds no account.')
  }
  const warnings = [
    ...failed.map(({ why }) => `The app would leave an account out. ${why}`),
    ...accounts.flatMap(accountWarnings),
    ...(accounts.some(({ incoming, outgoing }) => incoming.port < 0 || outgoing.port < 0)
      ? ['A port is missing or wrong: the account could not connect.']
      : []),
  ]
  return {
    sections: accounts.flatMap((account) => [
      { title: account.accountName, rows: [['UUID', account.uuid]] as const },
      ...accountSections(account),
    ]),
    warnings: [...new Set(warnings)],
  }
}

/** @throws MailProfileError `invalid_profile` when FairEmail's import would fail */
export function inspectFairemailProfile(document: string): Inspection {
  const { protocol, accountName, address, name, incoming, outgoing, missing } =
    parseFairemailProfile(document)
  if (missing.length > 0) throw refusedBy('FairEmail', `${missing.join(', ')} is missing.`)
  const read = (server: FairemailServer): ReadServer => ({
    protocol: 'smtp',
    ...server,
    host: server.host ?? '',
  })
  const account: ReadAccount = {
    accountName: accountName ?? '',
    identities: [{ address: address ?? '', name: name ?? '' }],
    incoming: { ...read(incoming), protocol },
    outgoing: read(outgoing),
  }
  return { sections: accountSections(account), warnings: accountWarnings(account) }
}

/** @throws MailProfileError `invalid_profile` when Delta Chat would refuse the link */
export function inspectDeltachatLink(link: string): Inspection {
  const text = link.trim()
  const dclogin = text.startsWith('intent:') ? (parseIntentUri(text).data ?? '') : text
  const { address, certificateChecks, imap, smtp } = parseDcLogin(dclogin)
  return {
    sections: [
      {
        title: 'Account',
        rows: [
          ['Address', address],
          ['Certificates', certificateChecks],
        ],
      },
      { title: 'Incoming mail (IMAP)', rows: dcLoginRows(imap) },
      { title: 'Outgoing mail (SMTP)', rows: dcLoginRows(smtp) },
    ],
    warnings: [
      imap.password === ''
        ? 'Its password is empty: Delta Chat opens the link, but cannot log in.'
        : HOLDS_PASSWORD,
      ...(certificateChecks === 'Strict' ? [] : ['Certificates are not checked strictly.']),
      ...([imap, smtp].some(({ security }) => security === 'Plain') ? [NOT_ENCRYPTED] : []),
    ],
  }
}

/**
 * A link with a version is held to the contract of docs/android-intent.md; of any other, what Android
 * reads from it is shown.
 *
 * @throws MailProfileError `invalid_profile` when the app, or Android itself, would refuse the link
 */
export function inspectAndroidIntent(text: string): Inspection {
  const link = text.trim()
  if (!/^[a-z][a-z0-9+.-]*:/i.test(link)) throw refusedBy('Android', 'It is no link.')
  const intent = parseIntentUri(link)
  if (!intent.extras.has('version')) return inspectIntent(intent)
  const account = parseAndroidIntent(link)
  const { calendarUrl, contactsUrl, fallbackUrl } = account
  const more: Row[] = [
    ...(calendarUrl === undefined ? [] : [['Calendar', calendarUrl] as const]),
    ...(contactsUrl === undefined ? [] : [['Contacts', contactsUrl] as const]),
    ['Without the app', fallbackUrl],
  ]
  return {
    sections: [...accountSections(account), { title: 'More', rows: more }],
    warnings: accountWarnings(account),
  }
}

function inspectIntent({ action, data, package: app, component, extras }: Intent): Inspection {
  const rows: Row[] = [
    ['Action', action],
    ...optional('Data', data?.replace(/([?&](?:p|ipw|spw)=)[^&]+/g, `$1${HIDDEN}`)),
    ...optional('Package', app ?? undefined),
    ...optional('Component', component ?? undefined),
  ]
  return {
    sections: [
      { title: 'Intent', rows },
      {
        title: 'Extras',
        rows: [...extras].map(([name, { value }]) => [
          name,
          /password/i.test(name) ? HIDDEN : value,
        ]),
      },
    ],
    warnings: ['It does not follow docs/android-intent.md: no version.'],
  }
}

/** @throws MailProfileError `invalid_profile` when DAVx⁵ would refuse a link */
export function inspectDavx5Link(text: string): Inspection {
  const logins = text.trim().split('\n').map(parseDavx5Link)
  return {
    sections: logins.map(({ baseUrl, username, password }) => ({
      title: 'Login',
      rows: [
        ['Address', baseUrl],
        ...optional('User name', username),
        ...optional('Password', password && HIDDEN),
      ],
    })),
    warnings: logins.some(({ password }) => password !== undefined) ? [HOLDS_PASSWORD] : [],
  }
}

function accountSections(account: ReadAccount): InspectionSection[] {
  const { accountName, identities, incoming, outgoing } = account
  return [
    {
      title: 'Account',
      rows: [
        ['Name', accountName],
        ...identities.flatMap(({ address, name }): Row[] => [
          ['Address', address],
          ...optional('Person', name),
        ]),
      ],
    },
    { title: `Incoming mail (${incoming.protocol.toUpperCase()})`, rows: serverRows(incoming) },
    { title: 'Outgoing mail (SMTP)', rows: serverRows(outgoing) },
  ]
}

function serverRows(server: ReadServer): Row[] {
  const { host, port, security, authentication, username, password } = server
  return [
    ['Server', host],
    ['Port', String(port)],
    ['Security', security],
    ...optional('Authentication', authentication),
    ...optional('User name', username),
    ...optional('Password', password && HIDDEN),
  ]
}

function dcLoginRows({ server, port, security, user, password }: DcLoginServer): Row[] {
  return [
    ...optional('Server', server),
    ...(port === 0 ? [] : [['Port', String(port)] as const]),
    ['Security', security],
    ...optional('User name', user),
    ...optional('Password', password && HIDDEN),
  ]
}

function accountWarnings({ incoming, outgoing }: ReadAccount): string[] {
  const servers = [incoming, outgoing]
  return [
    ...(servers.some(({ password }) => password !== undefined) ? [HOLDS_PASSWORD] : []),
    ...(servers.some(({ security }) => security === 'none') ? [NOT_ENCRYPTED] : []),
  ]
}

function optional(label: string, value: string | undefined): Row[] {
  return value === undefined || value === '' ? [] : [[label, value]]
}
