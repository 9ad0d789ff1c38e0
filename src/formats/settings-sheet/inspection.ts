import { MailProfileError } from '../../errors.js'
import type { Inspection, InspectionSection } from '../format.js'
import { isSheet } from './first-line.js'

/** @throws MailProfileError `invalid_profile` for what is no settings sheet */
export function inspectSettingsSheet(text: string): Inspection {
  if (!isSheet(text)) {
    throw new MailProfileError('invalid_profile', 'This is not a settings sheet.')
  }
  const [, , ...lines] = text.split(/\r?\n/)
  const sections: { title: string; rows: [string, string][] }[] = []
  for (const line of lines) {
    const row = /^ {2}([^:]+): +(.*)$/.exec(line)
    if (row !== null) sections.at(-1)?.rows.push([row[1] ?? '', row[2] ?? ''])
    else if (line !== '') sections.push({ title: line, rows: [] })
  }
  return { sections: sections satisfies InspectionSection[], warnings: [] }
}
