import { resolve } from 'node:path'
import type { RawConfig } from './schema.js'

const SQLITE = 'sqlite:'

/** The configuration with every path made absolute: relative ones begin in the folder. */
export function withAbsolutePaths(raw: RawConfig, folder: string): RawConfig {
  const absolute = (path: string) => resolve(folder, path)
  const { signing, tls, serve, providers, store } = raw
  return {
    ...raw,
    ...(signing && { signing: changed(signing, ['certificate', 'key', 'pkcs12'], absolute) }),
    ...(tls && { tls: changed(tls, ['certificate', 'key'], absolute) }),
    ...(serve && { serve: changed(serve, ['domainsFile'], absolute) }),
    ...(providers && { providers: providers.map(absolute) }),
    ...(store && {
      store: changed(store, ['url'], (url) =>
        url.startsWith(SQLITE) ? `${SQLITE}${absolute(url.slice(SQLITE.length))}` : url,
      ),
    }),
  }
}

function changed<T extends object>(
  section: T,
  keys: readonly (keyof T)[],
  change: (value: string) => string,
): T {
  const result = { ...section }
  for (const key of keys) {
    const value: unknown = section[key]
    if (typeof value === 'string') Object.assign(result, { [key]: change(value) })
  }
  return result
}
