import type { DescribedKey } from './description.js'

type Path = DescribedKey['path']

/** What a configuration, finished or not, has for a key. */
export function valueAt(config: object, [name, inner]: Path): unknown {
  const found = (config as Readonly<Record<string, unknown>>)[name]
  // A store is its address alone once the configuration is finished.
  return inner !== undefined && isRecord(found) ? found[inner] : found
}

/** Sets it in one that nobody else has; a section is not changed but made anew. */
export function setAt(config: Record<string, unknown>, [name, inner]: Path, value: unknown): void {
  config[name] =
    inner === undefined ? value : { ...(config[name] as object | undefined), [inner]: value }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
