import type { Entry } from 'ldapts'
import { rawPerson, type RawPerson } from '../source.js'

/** Somebody as an entry has them, without the name of the entry. */
export function personIn(entry: Entry): RawPerson {
  const said = Object.entries(entry).filter(([name]) => name !== 'dn')
  // Options are left away: `cn;lang-de` is a name, too.
  return rawPerson(said.map(([name, value]) => [name.replace(/;.*/, ''), value] as const))
}
