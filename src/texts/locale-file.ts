import { readFileSync } from 'node:fs'
import { decodeText } from '../encoding/decode-text.js'
import { MAX_FILE_BYTES, tooLarge } from '../encoding/file-size.js'
import { didYouMean, nearMisses } from '../encoding/near-miss.js'
import { whyUnreadable } from '../encoding/unreadable.js'
import { MailProfileError } from '../errors.js'
import { MessageMistake, outlineOf, type Outline } from '../messages/outline.js'
import { shippedMessages, type Messages } from '../messages/shipped.js'
import { LocaleMistake, parseLocale } from './locale-json.js'

const FIELD = 'templates'

/**
 * The messages of an operator's own file, every one of them checked: all keys are known, and each message
 * can be written with the values that the pages have for it. It may leave out whatever it likes.
 *
 * @throws MailProfileError `invalid_configuration` that names the file, the line and the key
 */
export function readLocaleFile(path: string): Messages {
  const text = readText(path)
  try {
    const messages = parseLocale(text)
    for (const [key, { message, offset }] of messages) {
      try {
        checkMessage(key, message)
      } catch (error) {
        if (!(error instanceof MessageMistake)) throw error
        const where = error.offset === 0 ? '' : ` (character ${error.offset + 1} of the message)`
        throw new LocaleMistake(`${key}: ${error.message}${where}`, offset)
      }
    }
    return new Map([...messages].map(([key, { message }]) => [key, message]))
  } catch (error) {
    if (!(error instanceof LocaleMistake)) throw error
    const { message, offset } = error
    const end = message.endsWith('?') ? '' : '.'
    throw new MailProfileError(
      'invalid_configuration',
      `${path}:${placeIn(text, offset)}: ${message}${end}`,
      { field: FIELD, hint: 'docs/languages.md has what may stand in such a file.', cause: error },
    )
  }
}

function checkMessage(key: string, message: string): void {
  const english = shippedMessages('en')
  const original = english.get(key)
  if (original === undefined) {
    const meant = didYouMean(nearMisses(key, [...english.keys()]))
    throw new MessageMistake(`there is no such message${meant}`, 0)
  }
  const control = message.search(/[^\P{Cc}\n]/u)
  if (control >= 0) throw new MessageMistake('it has a control character', control)
  const [own, wanted] = [outlineOf(message), outlineOf(original)]
  for (const [name, kind] of own.placeholders) {
    const there = wanted.placeholders.get(name)
    if (there === kind) continue
    throw new MessageMistake(
      there === undefined
        ? `there is no {${name}} in it: ${known(wanted)}`
        : `{${name}} is a ${there} there, not a ${kind}`,
      0,
    )
  }
  for (const tag of own.tags) {
    if (!wanted.tags.has(tag)) throw new MessageMistake(`<${tag}> is not for this message`, 0)
  }
}

function known({ placeholders }: Outline): string {
  if (placeholders.size === 0) return 'it has no placeholders'
  return `it has ${[...placeholders.keys()].map((name) => `{${name}}`).join(', ')}`
}

function readText(path: string): string {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    throw new MailProfileError(
      'invalid_configuration',
      `The messages ${path} cannot be read${whyUnreadable(cause)}.`,
      { hint: 'Check the path and who may read it.', field: FIELD, cause },
    )
  }
  if (bytes.length > MAX_FILE_BYTES) throw tooLarge(path)
  return decodeText(bytes, `The file ${path}`, { field: FIELD })
}

function placeIn(text: string, offset: number): string {
  const before = text.slice(0, offset)
  return `${before.split('\n').length}:${offset - before.lastIndexOf('\n')}`
}
