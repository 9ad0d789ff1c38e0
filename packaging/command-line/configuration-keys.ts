import { isSection, type DescribedKey, type Descriptions } from '../../src/config/description.js'
import { KEYS } from '../../src/config/keys.js'
import { VARIABLES } from '../../src/config/variables.js'

/** Keys of the configuration that are described together. */
export interface KeyRow {
  readonly keys: readonly string[]
  readonly variables: readonly string[]
  /** What they set, in Markdown. */
  readonly about: string
}

/** Every key with its words, in the order of the code. */
export function describedRows(): KeyRow[] {
  return Object.entries<Descriptions[string]>(KEYS).flatMap(([name, entry]) => {
    if (!isSection(entry)) return rowsOf([[name, entry]], '')
    const rows = rowsOf(Object.entries(entry.keys), `${name}.`)
    const { about } = entry
    // What may stand there instead of the section is what its first key takes.
    const variables = rows[0]?.variables.slice(0, 1) ?? []
    return about === undefined ? rows : [{ keys: [name], variables, about }, ...rows]
  })
}

function rowsOf(
  keys: readonly (readonly [string, DescribedKey['key']])[],
  prefix: string,
): KeyRow[] {
  const defaults = new Map(keys.map(([name, key]) => [name, key.default]))
  const starts = keys.flatMap(([, { about }], index) => (about === undefined ? [] : [index]))
  // Nobody would tell what it sets.
  if (starts[0] !== 0) throw new Error(`${prefix}${keys[0]?.[0] ?? ''} has no words.`)
  return starts.map((start, index) => {
    const paths = keys.slice(start, starts[index + 1]).map(([name]) => `${prefix}${name}`)
    const own = VARIABLES.filter(({ path }) => paths.includes(path.join('.')))
    const about = (keys[start]?.[1].about ?? '').replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = defaults.get(name)
      if (value === undefined) throw new Error(`${prefix}${name} has no default.`)
      return typeof value === 'string' ? value : JSON.stringify(value)
    })
    return { keys: paths, variables: own.map(({ name }) => name), about }
  })
}
