import { z } from 'zod'

// A schema does not change, and is asked about by each file that is read with it: a catalogue has hundreds.
const known = new WeakMap<z.core.$ZodType, readonly string[]>()

/** The dotted paths of all keys that a schema knows; lists add nothing to a path. */
export function schemaKeys(schema: z.core.$ZodType): readonly string[] {
  let keys = known.get(schema)
  if (keys === undefined) {
    keys = keysOf(schema)
    known.set(schema, keys)
  }
  return keys
}

function keysOf(schema: z.core.$ZodType): readonly string[] {
  if (schema instanceof z.ZodObject) {
    return Object.entries<z.core.$ZodType>(schema.shape).flatMap(([key, value]) => [
      key,
      ...schemaKeys(value).map((inner) => `${key}.${inner}`),
    ])
  }
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault
  ) {
    return schemaKeys(schema.unwrap())
  }
  if (schema instanceof z.ZodArray) return schemaKeys(schema.element)
  if (schema instanceof z.ZodPipe) return schemaKeys(schema.in)
  if (schema instanceof z.ZodUnion) return [...new Set(schema.options.flatMap(schemaKeys))]
  return []
}
