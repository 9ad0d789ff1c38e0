import type { Fields } from '../account/fields.js'

/** The fields of an object; none of whatever is no object. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

/** The text of a field, or its number as one; empty for whatever is neither. */
export function fieldText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
