import { wordsOf, type Synonyms } from '../encoding/near-miss.js'
import { isSection, type Key, type Section } from './description.js'
import { KEYS } from './keys.js'

/** What people write in the names of keys and variables, and what the words are called here. */
export const CONFIG_SYNONYMS: Synonyms = new Map([
  ...synonymsOf(KEYS),
  // Of several keys, or of none.
  ['private', []],
  ['public', ['base']],
  ['confirmed', []],
  ['proxies', ['proxy']],
  ['trusted', ['trust']],
  ['rate', []],
])

function synonymsOf(
  entries: Readonly<Record<string, Key<unknown> | Section>>,
): (readonly [string, readonly string[]])[] {
  return Object.entries(entries).flatMap(([name, entry]) => [
    ...(entry.calledToo ?? []).map((word) => [word, wordsOf(name)] as const),
    ...(isSection(entry) ? synonymsOf(entry.keys) : []),
  ])
}
