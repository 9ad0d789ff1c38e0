import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { outlineOf, type Outline } from '../../src/messages/outline.js'
import { shippedMessages } from '../../src/messages/shipped.js'

/** Where the types of the messages are. */
export const KEYS_FILE = fileURLToPath(new URL('../../src/messages/keys.ts', import.meta.url))

/** What has to be in it, from the English messages. */
export async function keysSource(): Promise<string> {
  const outlines = [...shippedMessages('en')].map(
    ([key, message]) => `  readonly '${key}': ${typeOf(outlineOf(message))}`,
  )
  const source = `// Made of templates/locales/en.json: npm run message-keys

/** Every message, with its placeholders and links, and what they take. */
export interface MessageValues {
${outlines.join('\n')}
}
`
  return format(source, { ...(await resolveConfig(KEYS_FILE)), filepath: KEYS_FILE })
}

function typeOf({ placeholders, tags }: Outline): string {
  const links = [...tags].filter((tag) => tag !== 'b').map((tag) => [tag, 'link'])
  const fields = [...placeholders, ...links].map(([name, kind]) => `readonly ${name}: '${kind}'`)
  return fields.length === 0 ? 'object' : `{ ${fields.join('; ')} }`
}
