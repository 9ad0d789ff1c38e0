import { parseDavServer } from '../account/dav.js'
import { childrenOf, textOf, type XmlNode } from '../encoding/read-xml.js'
import { MailProfileError } from '../errors.js'
import { placeholderMistake } from '../providers/placeholder-mistake.js'
import type { Findings } from './findings.js'
import { parseUsername } from './templates.js'

/** Where calendars or contacts are, https; the path may hold placeholders. */
export interface ConfigDav {
  readonly url: string
  /** As the document has it, with placeholders or without. */
  readonly username?: string | undefined
}

export interface DavSections {
  readonly calendar?: ConfigDav | undefined
  readonly contacts?: ConfigDav | undefined
}

/**
 * The first calendar and the first address book that can be used: `calendar` and `addressbook`
 * with `url` (version 1.2), or as older files have it, `addressBook` with `serverURL`.
 */
export function readDav(parents: readonly XmlNode[], findings: Findings): DavSections {
  const elements = parents.flatMap((parent) => parent.elements)
  const calendar = readFirst(elements, 'calendar', 'caldav', findings)
  const contacts = readFirst(elements, 'addressbook', 'carddav', findings)
  return {
    ...(calendar === undefined ? {} : { calendar }),
    ...(contacts === undefined ? {} : { contacts }),
  }
}

function readFirst(
  elements: readonly XmlNode[],
  name: string,
  type: string,
  findings: Findings,
): ConfigDav | undefined {
  let found: ConfigDav | undefined
  for (const element of elements) {
    if (element.name.toLowerCase() !== name) continue
    const server =
      found === undefined ? readSection(element, type, findings) : 'Only the first is used.'
    if (typeof server === 'string') findings.skipped.push({ what: element.name, reason: server })
    else found = server
  }
  return found
}

// The place, or why it is not used.
function readSection(section: XmlNode, type: string, findings: Findings): ConfigDav | string {
  if ((section.attributes['type']?.trim().toLowerCase() ?? type) !== type) {
    return `Only ${type} is used.`
  }
  const address = (textOf(section, 'url') ?? textOf(section, 'serverURL') ?? '').trim()
  if (placeholderMistake(address, 'url') !== undefined)
    return 'Its address has a placeholder that nothing expands.'
  try {
    const { url } = parseDavServer({ url: address }, 'url')
    const username = readUsername(section, findings)
    return username === undefined ? { url } : { url, username }
  } catch (error) {
    if (!(error instanceof MailProfileError)) throw error
    return 'Its address is not https, or has a user name, a query or a fragment.'
  }
}

function readUsername(section: XmlNode, { skipped, warnings }: Findings): string | undefined {
  const what = `user name of the ${section.name}`
  const [text, ...more] = childrenOf(section, 'username')
    .map((element) => element.text.trim())
    .filter((value) => value !== '')
  if (text === undefined) return undefined
  const username = parseUsername(text)
  if (username === undefined) skipped.push({ what, reason: 'It cannot be used.' })
  if (more.length > 0) skipped.push({ what: `another ${what}`, reason: 'Only the first is used.' })
  if (username?.repaired === true) {
    warnings.push(`A placeholder of the ${what} is misspelt: it is read as it was meant.`)
  }
  return username?.text
}
