/** Mozilla's, which provider files may hold. */
export const PLACEHOLDERS = ['%EMAILADDRESS%', '%EMAILLOCALPART%', '%EMAILDOMAIN%'] as const
export const PLACEHOLDER = /%EMAIL(ADDRESS|LOCALPART|DOMAIN)%/g
/** Of an operator's own statement or program that lists people: whom is meant. */
export const FILTER_PLACEHOLDER = /%FILTER%/g
const PERSONAL = /%EMAIL(?:ADDRESS|LOCALPART)%/
// Misspelt as well.
const MEANT_AS_ONE = /%e[-_]?mail[a-z_-]{0,20}%/i

/** Whether a provider's text comes to something else for every mailbox of a domain. */
export function isPersonal(template: string): boolean {
  return PERSONAL.test(template)
}

/**
 * Whether a text that takes none holds a placeholder, well written or not, which would go into
 * settings as it is.
 */
export function hasStrayPlaceholder(text: string): boolean {
  return MEANT_AS_ONE.test(text)
}

/**
 * Replaces Mozilla's placeholders in a provider's own text, once: what the address brings in is not
 * looked at again, and nothing that a person typed ever passes through here.
 *
 * @param encode makes of a value what may stand where the template is for
 */
export function expandPlaceholders(
  template: string,
  address: string,
  encode: (value: string) => string = (value) => value,
): string {
  const at = address.lastIndexOf('@')
  const values: Readonly<Record<string, string>> = {
    ADDRESS: address,
    LOCALPART: address.slice(0, at),
    DOMAIN: address.slice(at + 1),
  }
  // A function: in a replacement string `$&` would have a meaning.
  return template.replace(PLACEHOLDER, (_, name: string) => encode(values[name] ?? ''))
}
