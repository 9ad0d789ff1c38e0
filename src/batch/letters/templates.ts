import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Eta } from 'eta'
import { ownFile } from '../../own-files.js'
import type { Texts } from '../../texts/texts.js'
import { parseMarkup, unreadable, type Element } from './page/markup.js'

const SHIPPED = ownFile('templates/letters')

export const LAYOUTS = ['letter', 'cards'] as const
export type Layout = (typeof LAYOUTS)[number]

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
  const path = [...ownTemplates(folder), join(SHIPPED, name)].find((one) => basename(one) === name)
  if (path === undefined) throw new Error(`${name} is missing.`)
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

function ownTemplates(folder: string | undefined): string[] {
  const letters = folder === undefined ? undefined : join(folder, 'letters')
  if (letters === undefined || !existsSync(letters)) return []
  const names = readdirSync(letters).filter((name) => name.endsWith('.eta'))
  const paths = names.map((name) => join(letters, name))
  const stray = paths.find((path) => !Object.values(FILES).includes(basename(path)))
  if (stray !== undefined) throw unreadable(stray, 'No letter asks for a template of this name.')
  return paths
}
