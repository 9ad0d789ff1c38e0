import { resolve } from 'node:path'
import { ALL_KEYS } from './keys.js'
import type { RawConfig } from './schema.js'

/** The configuration with every path made absolute: relative ones begin in the folder. */
export function withAbsolutePaths(raw: RawConfig, folder: string): RawConfig {
  const absolute = (path: string) => resolve(folder, path)
  const result: Record<string, unknown> = { ...raw }
  for (const { path, key } of ALL_KEYS) {
    const [name, inner] = path
    const value = inner === undefined ? result[name] : sectionOf(result, name)?.[inner]
    if (value === undefined || key.toAbsolute === undefined) continue
    const changed = key.toAbsolute(value, absolute)
    result[name] = inner === undefined ? changed : { ...sectionOf(result, name), [inner]: changed }
  }
  return result
}

function sectionOf(config: Readonly<Record<string, unknown>>, name: string) {
  return config[name] as Readonly<Record<string, unknown>> | undefined
}
