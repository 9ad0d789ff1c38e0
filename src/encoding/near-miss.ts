import { enumerated } from './enumerated.js'

/** Words that people write for others: each of the first for the words of the second. */
export type Synonyms = ReadonlyMap<string, readonly string[]>

const MOST = 3
// Names this short are near to far too many others.
const SHORT = 4

/**
 * The known names that somebody probably meant, best first; several when they are as likely.
 *
 * @param given a name of words, in whatever way they are joined: `signing.cert`, `base_url`, `BASE-URL`
 * @param known names whose parts are separated by dots or underscores
 */
export function nearMisses(
  given: string,
  known: readonly string[],
  synonyms: Synonyms = new Map(),
): string[] {
  const written = wordsOf(given)
  const telling = written.filter((word) => synonyms.get(word)?.length !== 0)
  const wanted = new Set([written.join(''), telling.join(''), meant(written, synonyms)])
  const names = known.map((name) => ({ name, joined: wordsOf(name).join('') }))

  const same = names.filter(({ joined }) => wanted.has(joined))
  if (same.length > 0) return pick(same)
  const misspelt = names
    .map((name) => ({ ...name, distance: distanceTo(wanted, name.joined) }))
    .filter(({ distance, joined }) => distance <= allowed(joined))
  if (misspelt.length > 0) return pick(misspelt.sort((a, b) => a.distance - b.distance).slice(0, 1))
  return elsewhere(given, names, synonyms)
}

/** ", did you mean a or b?", or nothing when there is nothing to suggest. */
export function didYouMean(suggestions: readonly string[]): string {
  if (suggestions.length === 0) return ''
  return `: did you mean ${enumerated(suggestions, 'or')}?`
}

/** What is to be known of a name that has changed. */
export const RENAMED_HINT = 'What it takes may have changed too: the changelog says how.'

interface Name {
  readonly name: string
  readonly joined: string
}

// A good name in the wrong place: what matters is its last part.
function elsewhere(given: string, names: readonly Name[], synonyms: Synonyms): string[] {
  const endings = [given, given.split('.').at(-1) ?? given].flatMap((ending) => {
    const words = wordsOf(ending)
    return [words.join(''), meant(words, synonyms)]
  })
  const found = names
    .map(({ name, joined }) => ({ name, joined, distance: endingDistance(endings, name) }))
    .filter(({ distance }) => distance !== undefined)
  return pick(found.sort((a, b) => (a.distance ?? 0) - (b.distance ?? 0)))
}

function meant(words: readonly string[], synonyms: Synonyms): string {
  const replaced = words.flatMap((word) => synonyms.get(word) ?? [word])
  // A public URL is a base URL, and so is a URL.
  return replaced.filter((word, index) => word !== replaced[index - 1]).join('')
}

function endingDistance(endings: readonly string[], name: string): number | undefined {
  const parts = name.split(/[._]/)
  const tails = parts.map((_, index) => wordsOf(parts.slice(index).join('.')).join(''))
  const near = tails.flatMap((tail) => {
    const distance = distanceTo(endings, tail)
    return distance <= allowed(tail) ? [distance] : []
  })
  return near.length === 0 ? undefined : Math.min(...near)
}

function allowed(name: string): number {
  return name.length <= SHORT ? 1 : 2
}

function distanceTo(wanted: Iterable<string>, name: string): number {
  return Math.min(...[...wanted].map((one) => editDistance(one, name)))
}

function pick(names: readonly Name[]): string[] {
  return names.slice(0, MOST).map(({ name }) => name)
}

/** The words of a name, in lower case. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
}

/**
 * Damerau's distance, in its restricted form: how many letters have to be put in, left out, changed or
 * swapped with their neighbour.
 */
export function editDistance(a: string, b: string): number {
  // Only small distances are of interest, and names come from outside.
  if (Math.abs(a.length - b.length) > 2) return Infinity
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const change = a[row - 1] === b[column - 1] ? 0 : 1
      let best = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + change,
      )
      const swapped =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) best = Math.min(best, at(beforeLast, column - 2) + 1)
      current.push(best)
    }
    beforeLast = last
    last = current
  }
  return at(last, b.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity
}
