import { displayName, type Account } from '../../account/account.js'
import { SUPPORTED, safeFileName, type Format } from '../format.js'
import { settingsOf, type Setting } from '../settings.js'
import { FIRST_LINE } from './first-line.js'

/** The settings as plain text, for a person who types them. It never holds a password. */
export const settingsSheet: Format = {
  id: 'settings-sheet',
  title: 'Settings as text',
  platform: 'any',
  kind: 'file',
  mediaType: 'text/plain; charset=utf-8',
  carries: ['imap', 'pop3', 'smtp', 'name', 'calendar', 'contacts'],
  readers: 'A person who types the settings into any mail program.',
  signed: false,
  needsPublicUrl: false,
  page: { forTyping: true },
  fileName: (account) => safeFileName(account.identity.address, 'txt'),
  containsSecret: () => false,
  support: () => SUPPORTED,
  render,
  recognises: (text) => text.startsWith(FIRST_LINE),
  async inspect(text) {
    const { inspectSettingsSheet } = await import('./inspection.js')
    return inspectSettingsSheet(text)
  },
}

function render(account: Account): string {
  const groups = settingsOf(account)
  const width = Math.max(...groups.flatMap(({ rows }) => rows.map(({ label }) => label.length)))
  const blocks = groups.map(({ title, rows }) =>
    [title, ...rows.map((row) => `  ${`${row.label}:`.padEnd(width + 1)} ${words(row)}`)].join(
      '\n',
    ),
  )
  return `${FIRST_LINE}${displayName(account)}\n\n${blocks.join('\n\n')}\n`
}

function words({ value, note }: Setting): string {
  return note === undefined ? value : `${value} (${note})`
}
