import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { shippedMessages } from '../../src/messages/shipped.js'
import { LANGUAGES, languageOf, type Tag } from '../../src/texts/languages.js'
import type { SeenPage } from './every-page.js'
import type { InvitedServer } from './invited-server.js'
import { PAGE_FAULTS, unfold } from './measured-page.js'
import type { Screen } from './screens.js'

/** What a person meets on a page before doing anything. */
export interface FirstScreen {
  readonly lang: string
  readonly dir: string
  /** What there is to do: the words of the button. */
  readonly action?: string
  /** Where that ends, from above. */
  readonly bottom?: number
  readonly isWhole?: boolean
  /** All words before it, and all on the page, folded. */
  readonly before: string
  readonly all: string
  readonly height: number
  /** Each piece of text of the page, folded or not, and what only a screen reader says. */
  readonly spoken: readonly string[]
}

const FIRST_SCREEN = readFileSync(new URL('../browser/first-screen.js', import.meta.url), 'utf8')

/** As many as somebody reads who came for a button. */
const WORDS = 40

/** Opens pages on one screen after the other, each screen once. */
export function createOpener(browser: () => Browser) {
  const pages = new Map<string, Promise<Page>>()
  return async (server: InvitedServer, seen: SeenPage, screen: Screen, tag: Tag): Promise<Page> => {
    const opening = pages.get(screen.name) ?? browser().newPage(screen.options)
    pages.set(screen.name, opening)
    const page = await opening
    await page.setExtraHTTPHeaders({ 'Accept-Language': tag })
    await page.goto(`${server.url}${await seen.path(server)}`)
    await seen.then?.(page)
    await page.locator(seen.is).first().waitFor({ state: 'attached', timeout: 10_000 })
    return page
  }
}

export function firstScreenOf(page: Page): Promise<FirstScreen> {
  return page.evaluate<FirstScreen>(FIRST_SCREEN)
}

/** All that somebody would call wrong with a page on their screen in their language. */
export async function firstScreenFaults(page: Page, tag: Tag): Promise<string[]> {
  const first = await firstScreenOf(page)
  const { height } = page.viewportSize() ?? { height: 0 }
  const faults: string[] = []
  const { dir } = languageOf(tag)
  if (first.lang !== tag || first.dir !== dir) faults.push(`it says ${first.lang}, ${first.dir}`)
  if (first.bottom === undefined) faults.push('there is nothing to do')
  else if (first.bottom > height) faults.push(`“${first.action}” ends at ${first.bottom} px`)
  if (first.isWhole === false) faults.push(`“${first.action}” is cut off`)
  const words = countWords(first.before, tag)
  if (words > WORDS) faults.push(`${words} words before the button: ${first.before}`)
  faults.push(...(await page.evaluate<string[]>(PAGE_FAULTS)))
  await unfold(page)
  faults.push(...(await page.evaluate<string[]>(PAGE_FAULTS)))
  faults.push(...leftInEnglish(first.spoken, tag))
  return [...new Set(faults)]
}

// Names that the operator, a provider or a person has given: one word, of whatever they are made.
const NAMES =
  /Example Mail|BT Mail|Fastmail|Proton Mail|Certification Authority of the School of Example|Mail of customer\.example|\+44 [\d ]+\d|https?:\S+|[\w.+-]+@[\w.-]+\w|\b[\w-]+(?:\.[\w-]+)+\w\b/g

/** Words as the language has them; a name, an address and a host are one each. */
export function countWords(text: string, tag: Tag): number {
  const segmenter = new Intl.Segmenter(tag, { granularity: 'word' })
  const plain = text.replace(NAMES, ' x ').replace(/(?<=\p{L})-(?=\p{L})/gu, '')
  return [...segmenter.segment(plain)].filter(({ isWordLike }) => isWordLike).length
}

const piecesKept = new Map<Tag, ReadonlySet<string>>()

/** What is between the names and the markup of a language's messages. */
function piecesOf(tag: Tag): ReadonlySet<string> {
  let pieces = piecesKept.get(tag)
  if (pieces === undefined) {
    const all = [...shippedMessages(tag).values()].flatMap((message) =>
      message.split(/<[^>]*>|[{}]/).map((piece) => piece.trim()),
    )
    pieces = new Set(all.filter((piece) => /\p{L}{2}/u.test(piece)))
    piecesKept.set(tag, pieces)
  }
  return pieces
}

// What is called by its Latin name everywhere.
const CALLED_SO =
  /Thunderbird|K-9 Mail|FairEmail|Delta Chat|DAVx⁵|Samsung Email|Google Play|F-Droid|Gmail|Outlook|Safari|Face ID|mailprofile|Wi-Fi|VPN|SSL\/TLS|STARTTLS|IMAP|POP3|SMTP|CalDAV|CardDAV|iPhone|iPad|Mac(?:OS)?|iOS|Android|Windows|Ann Example|Ann|npm start -- --lan|\S+\.(?:k9s|mobileconfig|json|fairemail\S*|txt)/gi
const NOT_LATIN: ReadonlySet<Tag> = new Set(['uk', 'ar', 'hi', 'ja', 'zh-Hans'])

/**
 * English on a page in another language. What the language's messages have themselves is theirs: which
 * may be the same as in English is a list of `test/texts/locales.test.ts`.
 */
function leftInEnglish(spoken: readonly string[], tag: Tag): string[] {
  if (tag === 'en') return []
  const own = piecesOf(tag)
  const english = [...piecesOf('en')].filter((piece) => !own.has(piece))
  const whole = new Set(english)
  const long = english.filter((piece) => piece.split(' ').length > 3)
  return spoken.flatMap((text) => {
    const isEnglish =
      whole.has(text) ||
      long.some((piece) => text.includes(piece)) ||
      // Two words in a row that are in another script than the language's. Thunderbird speaks no Hindi, so
      // the Hindi messages call its buttons what they are called there.
      (!own.has(text) &&
        NOT_LATIN.has(tag) &&
        /[A-Za-z]{2,}[ ’'-]+[A-Za-z]{2,}/.test(
          text.replace(NAMES, '\n').replace(CALLED_SO, '\n').replaceAll(autonyms, '\n'),
        ))
    return isEnglish ? [`left in English: ${text}`] : []
  })
}

const autonyms = new RegExp(
  LANGUAGES.map(({ autonym }) => autonym.replace(/[()]/g, '.')).join('|'),
  'g',
)
