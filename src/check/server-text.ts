/** In code points. */
const MAX_LENGTH = 200
/** What patterns that take longer than the text is long may look at. */
const MAX_INPUT = 2000
const HIDDEN = '…'

// Controls (with them, escape sequences lose their ESC), formats such as right-to-left marks,
// separators, and whatever is no character.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\ufffd]+/gu
// ECMA-48 section 5.4: what is between ESC [ and the final byte means nothing to people.
// eslint-disable-next-line no-control-regex
const CONTROL_SEQUENCE = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]/g
const ADDRESS = /[^\s<>"'(),:;]+@[^\s<>"'(),:;]+/g
// A URL, or what could be base64 or hexadecimal.
const URL_OR_TOKEN = /\bhttps?:\/\/[^\s<>"]+|[A-Za-z0-9+/=_-]{16,}/gi

/** Text from outside that is safe to print: one line, no control characters, not over-long. */
export function printable(text: string): string {
  return shorten(toLine(text.slice(0, MAX_INPUT)))
}

/**
 * What a server said, safe to show and to keep: printable, and without what tells about a person.
 * Servers repeat user names, and some hand out links that log in (Google's WEBALERT).
 *
 * @param personal user name, address, password: what must not be in the result in any letter case,
 *   nor as it was sent: in base64 (SASL) or with backslashes (quoted strings of IMAP)
 */
export function cleanServerText(text: string, personal: readonly string[]): string {
  const values = personal
    .filter((value) => value !== '')
    .flatMap((value) => [
      value,
      // As IMAP's LOGIN quotes it.
      value.replace(/["\\]/g, '\\$&'),
      Buffer.from(value, 'utf8').toString('base64').replace(/=+$/, ''),
    ])
    .sort((a, b) => b.length - a.length)
  // First of all, before anything is cut: half a password is too much already.
  let clean = toLine(text)
  for (const value of values) clean = without(clean, value)
  clean = clean.replace(/…+/g, HIDDEN)
  if (clean.length > MAX_INPUT) clean = clean.slice(0, MAX_INPUT).replace(/\S*$/, '')
  clean = clean
    .replace(URL_OR_TOKEN, (found) => (/^https?:/i.test(found) ? cleanUrl(found) : hide(found)))
    .replace(ADDRESS, HIDDEN)
  clean = shorten(clean)
  const lower = clean.toLowerCase()
  return values.some((value) => lower.includes(value.toLowerCase())) ? HIDDEN : clean
}

function toLine(text: string): string {
  return text.replace(CONTROL_SEQUENCE, ' ').replace(UNPRINTABLE, ' ').replace(/\s+/gu, ' ').trim()
}

function shorten(line: string): string {
  const characters = Array.from(line.slice(0, 2 * MAX_LENGTH))
  if (characters.length <= MAX_LENGTH) return line
  return `${characters
    .slice(0, MAX_LENGTH - 1)
    .join('')
    .trimEnd()}…`
}

function without(text: string, value: string): string {
  const [haystack, needle] = [text.toLowerCase(), value.toLowerCase()]
  // A few letters change their length with their case, and positions would not fit any more.
  if (haystack.length !== text.length) return haystack.split(needle).join(HIDDEN)
  const parts: string[] = []
  let from = 0
  for (let at = haystack.indexOf(needle); at !== -1; at = haystack.indexOf(needle, from)) {
    parts.push(text.slice(from, at))
    from = at + needle.length
  }
  return [...parts, text.slice(from)].join(HIDDEN)
}

// The page may help; what makes it somebody's own is in the query, or a long part of the path.
function cleanUrl(url: string): string {
  const [page = ''] = url.split(/[?#]/, 1)
  return page.replace(/[^/.]{16,}/g, hide)
}

// Long words are letters of one case, perhaps with a capital, and hyphens: "Application-specific".
function hide(token: string): string {
  const isWord = token.split(/[-/]/).every((part) => /^[A-Z]?(?:[a-z]*|[A-Z]*)$/.test(part))
  return isWord ? token : HIDDEN
}
