import { isSection, type Descriptions, type Finished, type Given } from './description.js'
import { KEYS } from './keys.js'

type Values = Readonly<Record<string, unknown>>

/** What is set, and the default of everything else that has one. */
export function withDefaults(given: Given<typeof KEYS>): Finished<typeof KEYS> {
  return finish(KEYS, given) as Finished<typeof KEYS>
}

function finish(entries: Descriptions, given: Values): Values {
  const finished = Object.entries(entries).map(([name, entry]) => {
    const value = given[name]
    if (!isSection(entry)) return [name, value ?? entry.default]
    return value === undefined && entry.isOptional
      ? [name, undefined]
      : [name, finish(entry.keys, (value ?? {}) as Values)]
  })
  return Object.fromEntries(finished.filter(([, value]) => value !== undefined)) as Values
}
