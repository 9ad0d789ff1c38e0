import { parseAddress, type Address } from '../account/address.js'
import { MailProfileError } from '../errors.js'
import type { DirectoryEntry } from './people-directory.js'
import { parsePerson, textsIn, type ListedAttributes } from './person.js'
import type { RawEntry, RawPerson } from './source.js'
import { DirectoryTrouble } from './trouble.js'

// As a line of a list: somebody's picture is nobody's name.
const MAX_LENGTH = 64 * 1024

/** Somebody whom a source lists, or why nobody can be made of it. */
export function parseListed(raw: RawEntry, attributes: ListedAttributes): DirectoryEntry {
  if (raw instanceof DirectoryTrouble) return { trouble: raw.message }
  try {
    const address = addressIn(raw, attributes.address)
    const { name, username, language } = parsePerson([raw], attributes) ?? {}
    return {
      address,
      ...(name === undefined ? {} : { name }),
      ...(username === undefined ? {} : { username }),
      ...(language === undefined ? {} : { language }),
      others: othersIn(raw, Object.values(attributes).flat() as readonly string[]),
    }
  } catch (error) {
    if (error instanceof DirectoryTrouble) return { trouble: error.message }
    throw error
  }
}

function addressIn(raw: RawPerson, names: readonly string[]): Address {
  const texts = names.flatMap((name) => textsIn(raw.get(name.toLowerCase())))
  for (const text of texts) {
    try {
      // Active Directory writes so among its proxyAddresses.
      return parseAddress(text.trim().replace(/^smtp:/i, ''))
    } catch (error) {
      if (!(error instanceof MailProfileError)) throw error
    }
  }
  throw new DirectoryTrouble(
    texts.length === 0 ? 'It has no mail address.' : 'Its mail address is none.',
  )
}

function othersIn(raw: RawPerson, known: readonly string[]): ReadonlyMap<string, string> {
  const names = new Set(known.map((name) => name.toLowerCase()))
  const others = new Map<string, string>()
  let length = 0
  for (const [name, value] of raw) {
    if (names.has(name)) continue
    const text = textOf(value)
    if (text === undefined) continue
    length += name.length + text.length
    if (length > MAX_LENGTH) throw new DirectoryTrouble('It is longer than 64 KB.')
    others.set(name, text)
  }
  return others
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'boolean') return String(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString()
  return textsIn(value)[0]?.trim()
}
