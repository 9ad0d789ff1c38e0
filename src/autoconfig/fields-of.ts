import type { Fields } from '../account/fields.js'

/** The fields of an object; none of whatever is no object. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
