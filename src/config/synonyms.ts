import { wordsOf, type Synonyms } from '../encoding/near-miss.js'
import { isSection, type Descriptions } from './description.js'
import { ALL_KEYS, KEYS } from './keys.js'

/** What people write in the names of keys and variables, and what the words are called here. */
export const CONFIG_SYNONYMS: Synonyms = new Map([
  ...synonymsOf(KEYS),
  // Of several keys, or of none.
  ['private', []],
  ['public', ['base']],
  ['proxies', ['proxy']],
  ['trusted', ['trust']],
  ['rate', []],
])

/** Keys of earlier versions, and what they are called now. */
export const RENAMED_KEYS: ReadonlyMap<string, string> = new Map(
  ALL_KEYS.flatMap(({ path, key: { formerly = [] } }) =>
    formerly.map((before) => [before, path.join('.')] as const),
  ),
)

// What stands in lists of sections stands outside them, too.
function synonymsOf(entries: Descriptions): (readonly [string, readonly string[]])[] {
  return Object.entries(entries).flatMap(([name, entry]) => [
    ...(entry.calledToo ?? []).map((word) => [word, wordsOf(name)] as const),
    ...(isSection(entry) ? synonymsOf(entry.keys) : []),
  ])
}
