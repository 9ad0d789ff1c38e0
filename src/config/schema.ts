import { z } from 'zod'
import { isSection, type Given, type Key, type Section } from './description.js'
import { KEYS } from './keys.js'
import * as values from './values.js'

/** What the file or the environment says, valid, without defaults. */
export type RawConfig = Given<typeof KEYS>

/** The configuration file, and what the environment sets of it. */
export const configSchema = z.strictObject(
  shapeOf<Key<unknown> | Section>(KEYS, (entry) =>
    isSection(entry) ? sectionSchema(entry) : entry.type(values),
  ),
) as z.ZodType as z.ZodType<RawConfig>

function sectionSchema({ keys, type }: Section): z.ZodType {
  const section = z.strictObject(shapeOf(keys, (key) => key.type(values)))
  return type === undefined ? section : type(values, section)
}

function shapeOf<T extends Key<unknown> | Section>(
  entries: Readonly<Record<string, T>>,
  schemaOf: (entry: T) => z.ZodType,
) {
  return Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [name, schemaOf(entry).optional()]),
  )
}
