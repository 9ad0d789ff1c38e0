/** A text that is JSON, but has a key twice: readers differ in which one they take (RFC 8259, section 4). */
export class DuplicateKey extends Error {}

// In a text that is known to be JSON: a string with what makes it a key, or a bracket.
const TOKEN = /("[^"\\]*(?:\\[^][^"\\]*)*")([ \t\n\r]*:)?|[[\]{}]/g

/**
 * The value of a text in JSON.
 *
 * @throws SyntaxError for what is not JSON, whose message quotes the text; DuplicateKey
 */
export function readJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  // One for each bracket that is open; a list has no keys.
  const open: Set<string>[] = []
  for (const [token, string, colon] of text.matchAll(TOKEN)) {
    if (string === undefined) {
      if (token === '{' || token === '[') open.push(new Set())
      else open.pop()
    } else if (colon !== undefined) {
      const keys = open.at(-1)
      const key = string.includes('\\') ? (JSON.parse(string) as string) : string.slice(1, -1)
      if (keys?.has(key)) throw new DuplicateKey('A key is there twice.')
      keys?.add(key)
    }
  }
  return value
}
