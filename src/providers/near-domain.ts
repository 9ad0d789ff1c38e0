import { editDistance } from '../encoding/near-miss.js'

// Of two that are as near the one that more people have; those not here come after, as they are listed.
const MOST_USED =
  'gmail.com yahoo.com hotmail.com outlook.com icloud.com aol.com live.com gmx.de web.de mail.ru yandex.ru'.split(
    ' ',
  )

// Endings that people misspell; between others, such as .de and .dk, lies no slip but a border.
const ENDINGS: readonly string[] = ['com', 'net', 'org']

// A slip in so short a name makes another name that somebody has: live and love, aol and ao, gmx and gm.
const SHORT = 4
// From here on two slips are likelier than another name.
const LONG = 8

// Domains that exist, though the catalogue has them not, and are near to others (ISPDB, 2026-11).
const OTHERS: ReadonlySet<string> = new Set(['americamail.com', 'earthling.net', 'hockeymail.com'])

/** Finds the domain that somebody probably meant. */
export type FindNear = (domain: string) => string | undefined

/**
 * What somebody may have meant by a domain that nobody knows: one of those given that is a slip or, where
 * it is long, two slips away, and never one whose name is right and whose country is another.
 *
 * @param domains lower-case A-labels
 */
export function createFindNear(domains: Iterable<string>): FindNear {
  const ranks = new Map<string, number>()
  const namesBefore = new Map<string, string[]>()
  const endingsOf = new Map<string, string[]>()
  for (const domain of [...MOST_USED, ...domains])
    ranks.set(domain, ranks.get(domain) ?? ranks.size)
  for (const domain of domains) {
    const [name, ending] = split(domain)
    push(namesBefore, ending, name)
    push(endingsOf, name, ending)
  }
  return (domain) => {
    if (OTHERS.has(domain)) return undefined
    const [name, ending] = split(domain)
    const known = endingsOf.get(name)
    const near =
      known === undefined
        ? (namesBefore.get(ending) ?? [])
            .filter((other) => beginsAlike(name, other))
            .map((other) => ({ domain: `${other}.${ending}`, distance: editDistance(name, other) }))
            .filter(
              ({ domain: { length }, distance }) => distance <= slips(length - ending.length - 1),
            )
        : known
            .filter((other) => ENDINGS.includes(other) && isSlip(name, ending, other))
            .map((other) => ({ domain: `${name}.${other}`, distance: 1 }))
    const rank = (other: string) => ranks.get(other) ?? Infinity
    near.sort((a, b) => a.distance - b.distance || rank(a.domain) - rank(b.domain))
    return near[0]?.domain
  }
}

function slips(length: number): number {
  if (length <= SHORT) return 0
  return length < LONG ? 1 : 2
}

// Two letters may be a country's: only a longer name is known well enough to be meant all the same.
function isSlip(name: string, ending: string, meant: string): boolean {
  return (name.length > SHORT || ending.length > 2) && editDistance(ending, meant) === 1
}

// Nobody misses the first key, or else it changed places with the second.
function beginsAlike(a: string, b: string): boolean {
  const [first = '', second = ''] = a
  return b.startsWith(first) || b.startsWith(second + first)
}

function split(domain: string): [name: string, ending: string] {
  const dot = domain.indexOf('.')
  return [domain.slice(0, dot), domain.slice(dot + 1)]
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const there = map.get(key)
  if (there === undefined) map.set(key, [value])
  else there.push(value)
}
