import { resolve } from 'node:path'
import { describedKeys, isSectionList, type DescribedKey } from './description.js'
import { setAt, valueAt } from './key-path.js'
import { ALL_KEYS } from './keys.js'
import type { RawConfig } from './schema.js'

type Absolute = (path: string) => string

/** The configuration with every path made absolute: relative ones begin in the folder. */
export function withAbsolutePaths(raw: RawConfig, folder: string): RawConfig {
  return absoluteIn(raw, ALL_KEYS, (path) => resolve(folder, path))
}

function absoluteIn(values: object, keys: readonly DescribedKey[], absolute: Absolute): object {
  const result: Record<string, unknown> = { ...values }
  for (const { path, key } of keys) {
    const value = valueAt(result, path)
    if (value === undefined) continue
    if (isSectionList(key)) {
      const inner = describedKeys(key.entries)
      const sections = value as readonly object[]
      setAt(
        result,
        path,
        sections.map((section) => absoluteIn(section, inner, absolute)),
      )
    } else if (key.toAbsolute !== undefined) setAt(result, path, key.toAbsolute(value, absolute))
  }
  return result
}
