import type { Config } from './config.js'
import { VARIABLES } from './variables.js'

/** The variables of the keys that hold a secret in this configuration, and the sections of the keys. */
export function secretVariables(
  config: Config,
): { readonly section: string; readonly name: string }[] {
  return VARIABLES.flatMap(({ name, key, path: [section, inner] }) => {
    const found = (config as unknown as Readonly<Record<string, unknown>>)[section]
    // A store is its address alone once the configuration is finished.
    const value = isRecord(found) && inner !== undefined ? found[inner] : found
    return value !== undefined && key.isSecret?.(value) ? [{ section, name }] : []
  })
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
