import type { Config, TenantConfig } from './config.js'
import { describedKeys, isSectionList, type DescribedKey } from './description.js'
import { valueAt } from './key-path.js'
import { VARIABLES } from './variables.js'

/** The variables of the keys that hold a secret in this configuration, and the sections of the keys. */
export function secretVariables(
  config: Config,
): { readonly section: string; readonly name: string }[] {
  const own = {
    ...config,
    tenants: config.tenants.map((tenant) => withoutInherited(tenant, config)),
  }
  return VARIABLES.flatMap(({ name, key, path }) =>
    holdsSecret(own, { key, path }) ? [{ section: path[0], name }] : [],
  )
}

function holdsSecret(config: object, { key, path }: DescribedKey): boolean {
  const value = valueAt(config, path)
  if (value === undefined) return false
  if (!isSectionList(key)) return key.isSecret?.(value) === true
  const inner = describedKeys(key.entries)
  return (value as readonly object[]).some((section) =>
    inner.some((described) => holdsSecret(section, described)),
  )
}

function withoutInherited(tenant: TenantConfig, top: Config): object {
  const inherited = new Set<unknown>(Object.values(top))
  return Object.fromEntries(Object.entries(tenant).filter(([, value]) => !inherited.has(value)))
}
