import { displayName, type Account } from '../../account/account.js'
import { textsFor } from '../../texts/texts.js'
import { SUPPORTED, safeFileName, type Format, type RenderContext } from '../format.js'
import { settingsOf, spoken, type SpokenGroup } from '../settings.js'
import { firstLine, isSheet } from './first-line.js'

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
  recognises: isSheet,
  async inspect(text) {
    const { inspectSettingsSheet } = await import('./inspection.js')
    return inspectSettingsSheet(text)
  },
}

function render(account: Account, { language }: RenderContext): string {
  const texts = textsFor(language)
  const groups = spoken(settingsOf(account), texts.bare)
  const width = Math.max(...groups.flatMap(({ rows }) => rows.map(([label]) => columns(label))))
  const blocks = groups.map(({ title, rows }) =>
    [title, ...rows.map((row) => `  ${line(row, width)}`)].join('\n'),
  )
  return `${firstLine(account.incoming === undefined ? 'sheet.dav' : 'sheet.title', displayName(account), texts)}\n\n${blocks.join('\n\n')}\n`
}

function line([label, value, note]: SpokenGroup['rows'][number], width: number): string {
  const space = ' '.repeat(width - columns(label) + 1)
  return `${label}:${space}${value}${note === undefined ? '' : ` (${note})`}`
}

// Where all characters are as wide: what stands above or below another takes no column, and Chinese and
// Japanese take two (UAX #11).
function columns(text: string): number {
  const wide =
    text.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\u3000-\u303e\u30fc\uff01-\uff60]/gu)
      ?.length ?? 0
  return Array.from(text.replace(/\p{Mn}/gu, '')).length + wide
}
