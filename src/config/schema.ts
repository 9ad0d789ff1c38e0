import { z } from 'zod'
import {
  isSection,
  isSectionList,
  type Descriptions,
  type Given,
  type Section,
} from './description.js'
import { KEYS } from './keys.js'
import * as values from './values.js'

/** What the file or the environment says, valid, without defaults. */
export type RawConfig = Given<typeof KEYS>

/** The configuration file, and what the environment sets of it. */
export const configSchema = z.strictObject(shapeOf(KEYS)) as z.ZodType as z.ZodType<RawConfig>

function shapeOf(entries: Descriptions) {
  return Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [name, schemaOf(entry).optional()]),
  )
}

function schemaOf(entry: Descriptions[string]): z.ZodType {
  if (isSection(entry)) return sectionSchema(entry)
  if (isSectionList(entry)) return z.array(z.strictObject(shapeOf(entry.entries)))
  return entry.type(values)
}

function sectionSchema({ keys, type }: Section): z.ZodType {
  const section = z.strictObject(shapeOf(keys))
  return type === undefined ? section : type(values, section)
}
