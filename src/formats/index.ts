import { MailProfileError } from '../errors.js'
import { appleProfile } from './apple-profile.js'
import type { Format } from './format.js'
import { settingsSheet } from './settings-sheet.js'

/** Every format, in the order in which pages and the command line show them. */
export const formats: readonly Format[] = [appleProfile, settingsSheet]

const byId = new Map(formats.map((format) => [format.id, format]))

/** @throws MailProfileError `unknown_format` that lists the valid ids */
export function getFormat(id: string): Format {
  const format = byId.get(id)
  if (format === undefined) {
    throw new MailProfileError('unknown_format', 'There is no such format.', {
      hint: `The formats are ${formats.map((known) => known.id).join(', ')}.`,
      field: 'format',
    })
  }
  return format
}
