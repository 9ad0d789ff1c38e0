import { say, type Text } from '../../messages/text.js'
import type { Translations } from '../../messages/translated.js'

// What programs call by its name has a label on the page.
const LABELS: ReadonlyMap<string, 'home.address' | 'home.name'> = new Map([
  ['address', 'home.address'],
  ['email', 'home.address'],
  ['emailaddress', 'home.address'],
  ['name', 'home.name'],
])

/** A text for a page: a field of the form is called what stands beside it there. */
export function withFieldLabels<T extends Text | Translations>(said: T): T | Text {
  if ('en' in said) return said
  const { key, values } = said
  const shown = Object.entries(values).map(([name, value]) => [name, labelled(name, value)])
  return { key, values: Object.fromEntries(shown) as Text['values'] }
}

function labelled(name: string, value: Text['values'][string]): Text['values'][string] {
  if (typeof value === 'object' && 'key' in value) return withFieldLabels(value)
  const label = name === 'field' && typeof value === 'string' ? LABELS.get(value) : undefined
  return label === undefined ? value : say('errors.field', { label: say(label) })
}
