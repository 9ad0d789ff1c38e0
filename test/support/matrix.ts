import { LANGUAGES, type Tag } from '../../src/texts/languages.js'
import { PAGES_ANYWHERE, type SeenPage } from './every-page.js'
import { SCREENS, type Screen } from './screens.js'

/** A page on a screen in a language. */
export interface Visit {
  readonly seen: SeenPage
  readonly screen: Screen
  readonly tag: Tag
}

/** Every page on every screen in every language. */
export const EVERY_VISIT: readonly Visit[] = LANGUAGES.flatMap(({ tag }) =>
  SCREENS.flatMap((screen) => PAGES_ANYWHERE.map((seen) => ({ seen, screen, tag }))),
)

const NAMES_OF_KINDS: readonly string[] = [
  'home',
  'setup',
  'setup, with a root certificate',
  'confirm',
  'invitation',
  'invitation with a code',
  'invitation, opened',
  'help',
]

/** One page of each kind whose looks no other has. */
export const KINDS: readonly SeenPage[] = PAGES_ANYWHERE.filter(({ name }) =>
  NAMES_OF_KINDS.includes(name),
)

/**
 * Each kind of page in each language, on one screen after the other: with fewer screens than kinds and
 * languages, every two of the three meet.
 */
export const PAIRWISE: readonly Visit[] = LANGUAGES.flatMap(({ tag }, row) =>
  KINDS.map((seen, column) => {
    const screen = SCREENS[(row + column) % SCREENS.length]
    if (screen === undefined) throw new Error('There are screens.')
    return { seen, screen, tag }
  }),
)
