import { parseDomain } from '../account/address.js'
import { parseHostName } from '../account/host-name.js'
import { expandPlaceholders, PLACEHOLDER } from '../account/placeholders.js'
import { isPlainText } from '../account/plain-text.js'
import { MAX_CREDENTIAL_LENGTH } from '../account/text.js'
import { MailProfileError } from '../errors.js'
import { placeholderMistake, type TemplatePlace } from '../providers/placeholder-mistake.js'

/** A text with Mozilla's placeholders, each written exactly. */
export interface Template {
  readonly text: string
  /** Whether a placeholder had to be written anew. */
  readonly repaired: boolean
}

// Also in another letter case, and without the second %, as real files have it.
const MEANT = /%EMAIL(ADDRESS|LOCALPART|DOMAIN)(?:%|(?![A-Z0-9]))/gi
// What looks like a placeholder beside those: sent literally it would be a wrong name.
const UNKNOWN = /%[A-Z][A-Z0-9_]*%|EMAIL(?:ADDRESS|LOCALPART|DOMAIN)/i

const MAX_HOST_LENGTH = 253

/** Whether a text holds one of the three placeholders. */
export function hasPlaceholder(text: string): boolean {
  return text.search(PLACEHOLDER) >= 0
}

/**
 * A text whose placeholders are meant for every mailbox.
 *
 * @returns undefined where it holds a placeholder that nobody knows, or cannot be read without doubt
 */
function parseTemplate(value: string, place: TemplatePlace): Template | undefined {
  const text = value.replace(MEANT, (_, name: string) => `%EMAIL${name.toUpperCase()}%`)
  if (UNKNOWN.test(text.replace(PLACEHOLDER, '\n'))) return undefined
  if (placeholderMistake(text, place) !== undefined) return undefined
  return { text, repaired: text !== value }
}

/** A user name, or undefined where it cannot be used. */
export function parseUsername(value: string): Template | undefined {
  const template = parseTemplate(value, 'username')
  if (template === undefined || template.text === '') return undefined
  const usable = template.text.length <= MAX_CREDENTIAL_LENGTH && isPlainText(template.text)
  return usable ? template : undefined
}

/**
 * A host name in lower case without a trailing dot, an international one as A-labels, or undefined
 * where it is none.
 */
export function parseHost(value: string): Template | undefined {
  const template = parseTemplate(value, 'host')
  if (template === undefined) return undefined
  const host = hasPlaceholder(template.text) ? hostTemplate(template.text) : hostName(template.text)
  return host === undefined || host.length > MAX_HOST_LENGTH
    ? undefined
    : { text: host, repaired: template.repaired }
}

function hostTemplate(text: string): string | undefined {
  const folded = text
    .replace(/\.$/, '')
    .split(/(%[A-Z]+%)/)
    .map((part, index) => (index % 2 === 0 ? part.toLowerCase() : part))
    .join('')
  return hostName(expandPlaceholders(folded, 'local@domain.example')) && folded
}

function hostName(text: string): string | undefined {
  try {
    return parseHostName(isAscii(text) ? text : parseDomain(text.replace(/\.$/, '')))
  } catch (error) {
    if (error instanceof MailProfileError) return undefined
    throw error
  }
}

function isAscii(text: string): boolean {
  return !/[^ -~]/.test(text)
}
