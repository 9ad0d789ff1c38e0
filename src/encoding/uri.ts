/**
 * A query string from name and value pairs; pairs without a value are left out. Names and values are
 * encoded by `encodeURIComponent`, so a space is `%20`, which every reader understands.
 *
 * @returns with its leading `?`, or empty
 */
export function queryString(
  pairs: readonly (readonly [name: string, value: string | undefined])[],
): string {
  const parts: string[] = []
  for (const [name, value] of pairs) {
    if (value !== undefined) parts.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}

/**
 * The values of one parameter in a query string, decoded as `application/x-www-form-urlencoded`.
 *
 * @param query without its leading `?`
 * @throws URIError for malformed percent-encoding or bytes that are not UTF-8: replacing them would
 *   change what the person typed
 */
export function queryValues(query: string, name: string): string[] {
  return rawQueryValues(query, (key) => key === name).map(decode)
}

/**
 * The values of a parameter as they stand, for those that some programs encode and others do not.
 *
 * @param query without its leading `?`
 * @param isWanted whether a name, decoded where that is possible, is the parameter's
 */
export function rawQueryValues(query: string, isWanted: (name: string) => boolean): string[] {
  const values: string[] = []
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=')
    const key = equals < 0 ? pair : pair.slice(0, equals)
    // Other people's parameters may be malformed; only ours are decoded.
    const name = key.includes('%') ? tryDecode(key) : key
    if (name !== undefined && isWanted(name)) values.push(equals < 0 ? '' : pair.slice(equals + 1))
  }
  return values
}

/**
 * A query string without one of its parameters, the others as they stand.
 *
 * @param query without its leading `?`
 */
export function withoutParameter(query: string, name: string): string {
  return query
    .split('&')
    .filter((pair) => rawQueryValues(pair, (key) => key === name).length === 0)
    .join('&')
}

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}

function tryDecode(text: string): string | undefined {
  try {
    return decode(text)
  } catch {
    return undefined
  }
}

/** Whether a text is a scheme (RFC 3986 section 3.1) in lower case, as Android compares it. */
export function isScheme(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*$/.test(text)
}

/** The parts of an `intent:` URI. */
export interface IntentUri {
  /** The scheme of the data that the intent carries, lower case: Android compares it as it stands. */
  readonly scheme: string
  /** What follows the scheme's colon: a valid part of a URI, without a fragment. */
  readonly rest: string
  /** VIEW by default. */
  readonly action?: string | undefined
  readonly package?: string | undefined
  /** Numbers become integer extras, texts string extras; those without a value are left out. */
  readonly extras: readonly (readonly [name: string, value: string | number | undefined])[]
}

/**
 * An `intent:` URI as `Intent.parseUri(…, URI_INTENT_SCHEME)` of Android reads it (AOSP, API 34):
 * names and values are percent-decoded, `+` stays `+`, and the last `#` has to begin `#Intent;`.
 *
 * @throws RangeError for parts that would change the meaning of the rest, a mistake of the caller
 */
export function intentUri({ scheme, rest, action, package: app, extras }: IntentUri): string {
  if (!isScheme(scheme)) throw new RangeError('The scheme is not a scheme.')
  if (/[#\s]/.test(rest)) throw new RangeError('The data holds a character that URIs encode.')
  const items = [`scheme=${scheme}`]
  if (action !== undefined) items.push(`action=${encodeURIComponent(action)}`)
  if (app !== undefined) items.push(`package=${encodeURIComponent(app)}`)
  for (const [name, value] of extras) {
    if (value === undefined) continue
    const type = typeof value === 'number' ? 'i' : 'S'
    items.push(`${type}.${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  }
  return `intent:${rest}#Intent;${items.join(';')};end`
}

/**
 * A mail address where a URI has its path: letters, digits and `@ . _ - +` as they are, because
 * readers that do not decode there (Delta Chat before 2026-03) have to find the address.
 */
export function addressPart(address: string): string {
  return encodeURIComponent(address)
    .replace(/%40/g, '@')
    .replace(/%2B/g, '+')
    .replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** A value where a URI has one segment of its path. */
export function pathSegment(value: string): string {
  return encodeURIComponent(value)
}
