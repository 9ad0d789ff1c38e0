import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Eta } from 'eta'
import type { Texts } from '../../texts/texts.js'
import { parseMarkup, unreadable, type Element } from './page/markup.js'

const SHIPPED = fileURLToPath(new URL('../../../templates/letters', import.meta.url))

export type Layout = 'letter' | 'cards'

const FILES: Readonly<Record<Layout, string>> = { letter: 'letter.eta', cards: 'card.eta' }

/** What a template of letters is given. */
export interface LetterView {
  readonly t: Texts['text']
  readonly h: Texts['html']
  readonly name: string | undefined
  readonly address: string
  /** The text to type; undefined for one that is too long for that. */
  readonly url: string | undefined
  readonly isInvitation: boolean
  /** The last day, for a message to write as its language does. */
  readonly until: { readonly moment: number; readonly style: 'day' } | undefined
  /** In two groups of three. */
  readonly passcode: string | undefined
  readonly operator: string
  readonly contact: string | undefined
  /** The day of the letter. */
  readonly date: string
  readonly language: string
  /** A free column of the list, by its name; empty where there is none. */
  readonly field: (name: string) => string
}

/** A template of letters, an operator's own or the one that ships. */
export interface LetterTemplate {
  readonly path: string
  readonly render: (view: LetterView) => readonly (Element | string)[]
}

/**
 * @param folder the operator's templates: what lies in its `letters/` wins
 * @throws MailProfileError `invalid_configuration` for one that is broken
 */
export function openTemplate(layout: Layout, folder: string | undefined): LetterTemplate {
  const name = FILES[layout]
  const own = folder === undefined ? undefined : join(folder, 'letters', name)
  const path = own !== undefined && existsSync(own) ? own : join(SHIPPED, name)
  const eta = new Eta({ autoEscape: true })
  const attempt = <T>(action: () => T): T => {
    try {
      return action()
    } catch (error) {
      throw unreadable(
        path,
        error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
        error,
      )
    }
  }
  const template = attempt(() => eta.compile(eta.readFile(path)))
  return {
    path,
    render: (view) =>
      parseMarkup(
        attempt(() => template.call(eta, view)),
        path,
      ),
  }
}
