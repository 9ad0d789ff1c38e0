import { z } from 'zod'

/** The dotted paths of all keys that a schema knows; lists add nothing to a path. */
export function schemaKeys(schema: unknown): string[] {
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([key, value]) => [
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
