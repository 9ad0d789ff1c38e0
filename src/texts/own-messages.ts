import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { whyUnreadable } from '../encoding/unreadable.js'
import { MailProfileError } from '../errors.js'
import { LANGUAGES, languageOf } from './languages.js'
import { readLocaleFile } from './locale-file.js'
import { Source } from './source.js'

/**
 * The messages in an operator's own folder of templates, by the tags of their languages.
 *
 * @throws MailProfileError `invalid_configuration` that names the file and, where there is one, the line
 */
export function readOwnMessages(folder: string): ReadonlyMap<string, Source> {
  const locales = join(folder, 'locales')
  if (!existsSync(locales)) return new Map()
  const files = new Map<string, Source>()
  for (const name of namesIn(locales)) {
    const [, tag] = /^([^.].*)\.json$/.exec(name) ?? []
    if (tag === undefined) continue
    const path = join(locales, name)
    const language = languageOf(tag)
    if (language === undefined) throw unknownLanguage(path)
    files.set(tag, new Source(readLocaleFile(path), language))
  }
  return files
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (cause) {
    throw new MailProfileError(
      'invalid_configuration',
      `The folder of messages ${folder} cannot be read${whyUnreadable(cause)}.`,
      { hint: 'Check the path and who may read it.', field: 'templates', cause },
    )
  }
}

function unknownLanguage(path: string): MailProfileError {
  const tags = LANGUAGES.map(({ tag }) => tag).join(', ')
  return new MailProfileError(
    'invalid_configuration',
    `${path} is named for no language of these pages.`,
    {
      hint: `It has to be one of ${tags}.`,
      field: 'templates',
    },
  )
}
