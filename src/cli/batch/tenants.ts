import { domainOf, type Address } from '../../account/address.js'
import type { Config } from '../../config/config.js'
import type { AnsweringConfig } from '../../config/tenants.js'
import { readCatalogues } from '../../server/configured-catalogue.js'
import type { Io } from '../io.js'

/** The configuration of whoever has an address' domain. */
export type TenantOf = (address: Address) => AnsweringConfig

/** Who has which domain, from files that are read once. */
export async function readTenants(
  config: Config,
  providers: readonly string[],
  io: Pick<Io, 'cwd' | 'now'>,
): Promise<TenantOf> {
  const { tenantWith } = await readCatalogues(config, providers, io)
  const tenants = new Map<string, AnsweringConfig>(
    config.tenants.map((tenant) => [tenant.name, tenant]),
  )
  return (address) => tenants.get(tenantWith(domainOf(address)) ?? '') ?? config
}
