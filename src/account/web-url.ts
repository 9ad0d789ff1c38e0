import { MailProfileError } from '../errors.js'

/**
 * The URL of a text, or undefined where it is none. `URL.canParse` is no use: once Node 20 has compiled
 * a function that calls it, it says no to every text with a letter of Latin-1, such as `müller.example`.
 */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}

/** The host of a URL as the DNS and TLS have it: an IPv6 address without brackets. */
export function bareHost({ hostname }: Pick<URL, 'hostname'>): string {
  return hostname.replace(/^\[|\]$/g, '')
}

/**
 * An address of the web that a program gives.
 *
 * @param field what it is called there
 * @throws MailProfileError `invalid_configuration`
 */
export function parseWebAddress(given: unknown, field: string): URL {
  const url = typeof given === 'string' ? parseUrl(given) : undefined
  // A host and a port without a scheme are a URL, too: of the scheme “setup.example.com:”.
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url
  throw new MailProfileError(
    'invalid_configuration',
    `${field} has to be an address that begins with https:// or http://.`,
    { hint: 'Write it as https://setup.example.com.', field },
  )
}
