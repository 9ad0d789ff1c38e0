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
  const values: string[] = []
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=')
    const key = equals < 0 ? pair : pair.slice(0, equals)
    // Other people's parameters may be malformed; only ours are decoded.
    if (key === name || (key.includes('%') && tryDecode(key) === name)) {
      values.push(equals < 0 ? '' : decode(pair.slice(equals + 1)))
    }
  }
  return values
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
