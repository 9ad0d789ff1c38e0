import type { Config } from '../config/config.js'
import type { AnsweringConfig } from '../config/tenants.js'
import { domainsOf } from './configured-catalogue.js'

/**
 * The configuration as whoever has a domain has it: a tenant, or the top level for all domains that no tenant
 * has. Links, codes and signatures for a mailbox are made with it.
 *
 * @throws MailProfileError as `readDomainList`
 */
export async function tenantOfDomain(config: Config, domain: string): Promise<AnsweringConfig> {
  for (const tenant of config.tenants) {
    if ((await domainsOf(tenant)).includes(domain)) return tenant
  }
  return config
}
