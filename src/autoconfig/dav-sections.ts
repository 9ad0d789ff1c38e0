import { parseDavServer } from '../account/dav.js'
import { textOf, type XmlNode } from '../encoding/read-xml.js'
import { MailProfileError } from '../errors.js'
import { placeholderMistake } from '../providers/placeholder-mistake.js'
import type { Findings } from './findings.js'

/** Where calendars or contacts are, https; the path may hold placeholders. */
export interface ConfigDav {
  readonly url: string
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
    const server = found === undefined ? readSection(element, type) : 'Only the first is used.'
    if (typeof server === 'string') findings.skipped.push({ what: element.name, reason: server })
    else found = server
  }
  return found
}

// The place, or why it is not used.
function readSection(section: XmlNode, type: string): ConfigDav | string {
  if ((section.attributes['type']?.trim().toLowerCase() ?? type) !== type) {
    return `Only ${type} is used.`
  }
  const address = (textOf(section, 'url') ?? textOf(section, 'serverURL') ?? '').trim()
  if (placeholderMistake(address, 'url') !== undefined)
    return 'Its address has a placeholder that nothing expands.'
  try {
    return { url: parseDavServer({ url: address }, 'url').url }
  } catch (error) {
    if (!(error instanceof MailProfileError)) throw error
    return 'Its address is not https, or has a user name, a query or a fragment.'
  }
}
