import { shippedMessages } from '../../src/messages/shipped.js'
import { LANGUAGES, type Tag } from '../../src/texts/languages.js'
import { NAMES } from './count-words.js'

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
export function leftInEnglish(spoken: readonly string[], tag: Tag): string[] {
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
