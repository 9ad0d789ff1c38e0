/** A message in a file, and where it stands there. */
export interface PlacedMessage {
  readonly message: string
  readonly offset: number
}

/** Why a text is no file of messages, and where. */
export class LocaleMistake extends Error {
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

const SPACE = /[ \t\r\n]*/y
const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/uy
const NAME = /^[A-Za-z]\w*$/
// Deeper than any file of ours, and far from what the stack can bear.
const MAX_DEPTH = 8

/**
 * The messages of a file: JSON (RFC 8259) of objects and texts alone. JSON.parse would be quicker, but it
 * does not say where a mistake is, keeps the last of two equal keys, and forgets where each text stood.
 *
 * @throws LocaleMistake
 */
export function parseLocale(text: string): Map<string, PlacedMessage> {
  const messages = new Map<string, PlacedMessage>()
  let at = 0

  function fail(why: string, offset = at): never {
    throw new LocaleMistake(why, offset)
  }

  function skipSpace(): void {
    SPACE.lastIndex = at
    SPACE.test(text)
    at = SPACE.lastIndex
  }

  function take(character: string): boolean {
    skipSpace()
    const found = text[at] === character
    if (found) at++
    return found
  }

  function string(missing: string): string {
    skipSpace()
    STRING.lastIndex = at
    const [found] = STRING.exec(text) ?? []
    if (found === undefined) {
      fail(
        text[at] === '"' ? 'the text that begins here has no end, or a damaged character' : missing,
      )
    }
    at += found.length
    return JSON.parse(found) as string
  }

  function object(path: string, depth: number): void {
    if (!take('{')) fail('a { is missing: a file of messages is an object')
    if (depth > MAX_DEPTH) fail('the keys are nested too deeply')
    if (take('}')) return
    const names = new Set<string>()
    do {
      skipSpace()
      const start = at
      const name = string('a key in quotation marks is missing here')
      if (!NAME.test(name)) fail('a key has other characters than letters and digits', start)
      const key = `${path}${name}`
      if (names.has(name)) fail(`the key ${key} is there twice`, start)
      names.add(name)
      if (!take(':')) fail(`a colon is missing after the key ${key}`)
      skipSpace()
      const offset = at
      if (text[at] === '{') object(`${key}.`, depth + 1)
      else messages.set(key, { message: string(`${key} has to be a text or an object`), offset })
    } while (take(','))
    if (!take('}')) fail('a comma or } is missing here')
  }

  object('', 1)
  skipSpace()
  if (at < text.length) fail('there is something after the end of the messages')
  return messages
}
