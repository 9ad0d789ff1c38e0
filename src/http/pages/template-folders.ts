import { statSync } from 'node:fs'
import { join } from 'node:path'
import { MailProfileError } from '../../errors.js'

/**
 * Looks whether an operator's folder of templates is one: with a mistake in its name, all would be as if
 * nobody had written anything.
 *
 * @throws MailProfileError `invalid_configuration`
 */
export function requireTemplateFolders(templates: string | undefined): void {
  if (templates === undefined) return
  for (const folder of [templates, join(templates, 'pages'), join(templates, 'public')]) {
    const found = statSync(folder, { throwIfNoEntry: false })
    if (found === undefined ? folder !== templates : found.isDirectory()) continue
    const why = found === undefined ? 'is not there' : 'is no folder'
    throw new MailProfileError('invalid_configuration', `${folder} ${why}.`, {
      hint: 'templates has to name a folder of your own messages, pages and files.',
      field: 'templates',
    })
  }
}
