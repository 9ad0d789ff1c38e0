import { foldAddress, parseAddress, type Address } from '../account/address.js'
import { parseLanguage } from '../account/language.js'
import { hasStrayPlaceholder } from '../account/placeholders.js'
import { parsePlainText } from '../account/plain-text.js'
import { MAX_CREDENTIAL_LENGTH, MAX_NAME_LENGTH } from '../account/text.js'
import { MailProfileError } from '../errors.js'
import type { Person } from './people-directory.js'
import { MAX_ANSWERS, type RawPerson } from './source.js'
import { DirectoryTrouble } from './trouble.js'

/** What a source calls each value; of several names the first that has a usable one counts. */
export interface Attributes {
  readonly name: readonly string[]
  readonly username: readonly string[]
  readonly aliases: readonly string[]
  readonly language: readonly string[]
}

/** The same, and the address of whoever is listed. */
export interface ListedAttributes extends Attributes {
  readonly address: readonly string[]
}

const MAX_ALIASES = 100
const MAX_VALUES = 1000

/**
 * The person of whom a source speaks, with all that is not what it should be left out: less is known then.
 * Only a wrong log-in is refused, because the one that follows from the address would be as wrong.
 *
 * @throws DirectoryTrouble for several people, and for a log-in that cannot be one
 */
export function parsePerson(
  found: readonly RawPerson[],
  attributes: Attributes,
): Person | undefined {
  const [raw] = found
  if (raw === undefined) return undefined
  if (found.length >= MAX_ANSWERS) {
    throw new DirectoryTrouble('It has several people for one address.')
  }
  const texts = (field: keyof Attributes) =>
    attributes[field].flatMap((name) => textsIn(raw.get(name.toLowerCase())))
  const name = first(texts('name'), (text) =>
    parsePlainText(text.trim().replace(/\s+/g, ' '), 'name', MAX_NAME_LENGTH),
  )
  const language = first(texts('language'), parseLanguageRange)
  const [username] = texts('username').map(parseUsername)
  return {
    ...(name === undefined ? {} : { name }),
    ...(username === undefined ? {} : { username }),
    aliases: parseAliases(texts('aliases')),
    ...(language === undefined ? {} : { language }),
  }
}

// A column of numbers is as good as one of texts; whatever else there may be is not meant.
export function textsIn(value: unknown): string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value.slice(0, MAX_VALUES) : [value]
  return values.flatMap((one) => {
    if (typeof one === 'number' || typeof one === 'bigint') return [String(one)]
    return typeof one === 'string' && one.trim() !== '' ? [one] : []
  })
}

function first<T>(texts: readonly string[], parse: (text: string) => T): T | undefined {
  for (const text of texts) {
    const value = orNone(text, parse)
    if (value !== undefined) return value
  }
  return undefined
}

function orNone<T>(text: string, parse: (text: string) => T): T | undefined {
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof MailProfileError) return undefined
    throw error
  }
}

function parseUsername(text: string): string {
  const username = orNone(text, (value) =>
    parsePlainText(value, 'username', MAX_CREDENTIAL_LENGTH, 'invalid_request'),
  )
  if (username === undefined || hasStrayPlaceholder(username)) {
    throw new DirectoryTrouble('It has a log-in that cannot be one.')
  }
  return username
}

// RFC 2798, section 2.7: preferredLanguage is written as Accept-Language is. POSIX has an underscore.
function parseLanguageRange(text: string): string {
  const [tag = ''] = text.split(/[,;.@]/)
  return parseLanguage(tag.trim().replaceAll('_', '-'))
}

// Active Directory has others' kinds of addresses among its proxyAddresses: SIP:, X500: …
function parseAliases(texts: readonly string[]): Address[] {
  const aliases = new Map<string, Address>()
  // Counted also where they are none, which takes longer to find out.
  const words = texts.flatMap((one) => one.split(/[\s,;]+/, MAX_VALUES)).slice(0, MAX_VALUES)
  for (const text of words) {
    const alias = orNone(text.replace(/^smtp:/i, ''), (value) => parseAddress(value))
    if (alias !== undefined) aliases.set(foldAddress(alias), alias)
    if (aliases.size >= MAX_ALIASES) break
  }
  return [...aliases.values()]
}
