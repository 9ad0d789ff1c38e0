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
