import { SaxesParser } from 'saxes'
import { MailProfileError } from '../../../errors.js'

/** An element of a letter's text, with all that is in it in order. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly kids: readonly (Element | string)[]
}

interface OpenElement extends Element {
  readonly kids: (Element | string)[]
}

/**
 * What a template made: well-formed elements, or what is wrong with them, for whoever wrote it.
 *
 * @param path of the template, for the error
 * @throws MailProfileError `invalid_configuration`
 */
export function parseMarkup(markup: string, path: string): readonly (Element | string)[] {
  const root: OpenElement = { name: 'letter', attributes: {}, kids: [] }
  const open = [root]
  const parser = new SaxesParser({ fragment: true, xmlns: false })
  parser.on('error', (error) => {
    throw unreadable(path, error.message, error)
  })
  parser.on('opentag', ({ name, attributes }) => {
    const element: OpenElement = { name, attributes, kids: [] }
    open.at(-1)?.kids.push(element)
    open.push(element)
  })
  parser.on('text', (text) => void open.at(-1)?.kids.push(text))
  parser.on('closetag', () => void open.pop())
  parser.write(markup).close()
  return root.kids
}

/** A mistake in a template of letters. */
export function unreadable(path: string, why: string, cause?: unknown): MailProfileError {
  return new MailProfileError('invalid_configuration', `${path}: ${why}`, {
    hint: 'Compare it with the template of the same name that ships with mailprofile.',
    field: 'templates',
    cause,
  })
}
