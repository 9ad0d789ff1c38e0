import type { Config } from './config.js'
import { valueAt } from './key-path.js'
import { VARIABLES } from './variables.js'

/** The variables of the keys that hold a secret in this configuration, and the sections of the keys. */
export function secretVariables(
  config: Config,
): { readonly section: string; readonly name: string }[] {
  return VARIABLES.flatMap(({ name, key, path }) => {
    const value = valueAt(config, path)
    return value !== undefined && key.isSecret?.(value) ? [{ section: path[0], name }] : []
  })
}
