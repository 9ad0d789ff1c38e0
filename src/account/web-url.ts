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
