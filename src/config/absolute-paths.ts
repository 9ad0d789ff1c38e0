import { resolve } from 'node:path'
import { setAt, valueAt } from './key-path.js'
import { ALL_KEYS } from './keys.js'
import type { RawConfig } from './schema.js'

/** The configuration with every path made absolute: relative ones begin in the folder. */
export function withAbsolutePaths(raw: RawConfig, folder: string): RawConfig {
  const absolute = (path: string) => resolve(folder, path)
  const result: Record<string, unknown> = { ...raw }
  for (const { path, key } of ALL_KEYS) {
    const value = valueAt(result, path)
    if (value === undefined || key.toAbsolute === undefined) continue
    setAt(result, path, key.toAbsolute(value, absolute))
  }
  return result
}
