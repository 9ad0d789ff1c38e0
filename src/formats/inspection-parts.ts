import type { InspectionSection } from './format.js'
import type { ReadAccount, ReadServer } from './read-account.js'

export type InspectionRow = InspectionSection['rows'][number]

/** What stands for a password. */
export const HIDDEN = '[in it]'
export const HOLDS_PASSWORD = 'It holds a password: keep it as safe as the password itself.'
export const NOT_ENCRYPTED =
  'A server is used without encryption: others can read password and mail.'

/** An account as an app read it. */
export function accountSections(account: ReadAccount): InspectionSection[] {
  const { accountName, identities, incoming, outgoing } = account
  return [
    {
      title: 'Account',
      rows: [
        ['Name', accountName],
        ...identities.flatMap(({ address, name }): InspectionRow[] => [
          ['Address', address],
          ...optional('Person', name),
        ]),
      ],
    },
    { title: `Incoming mail (${incoming.protocol.toUpperCase()})`, rows: serverRows(incoming) },
    { title: 'Outgoing mail (SMTP)', rows: serverRows(outgoing) },
  ]
}

function serverRows(server: ReadServer): InspectionRow[] {
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

/** What is to be known of it besides. */
export function accountWarnings({ incoming, outgoing }: ReadAccount): string[] {
  const servers = [incoming, outgoing]
  return [
    ...(servers.some(({ password }) => password !== undefined) ? [HOLDS_PASSWORD] : []),
    ...(servers.some(({ security }) => security === 'none') ? [NOT_ENCRYPTED] : []),
  ]
}

/** A row, unless there is nothing in it. */
export function optional(label: string, value: string | undefined): InspectionRow[] {
  return value === undefined || value === '' ? [] : [[label, value]]
}
