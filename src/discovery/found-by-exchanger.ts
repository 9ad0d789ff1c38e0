import { domainOf, type Address } from '../account/address.js'
import type { DomainSettings } from '../providers/domain-settings.js'
import { areProvidersOwn, type FindAddresses } from './operator-hosts.js'
import { ownersOf, passwordHosts } from './password-hosts.js'

/**
 * The settings of an address whose domain has the mail exchanger of one of the operator's providers.
 * Where they lead to no servers but the provider's, they are as good as configured; else a person has
 * to agree to them, and nobody vouches for them.
 *
 * @param isNamed whether the operator named the domain, so that it is theirs
 */
export async function foundByExchanger(
  settings: DomainSettings,
  address: Address,
  { isNamed, findAddresses }: { readonly isNamed: boolean; readonly findAddresses: FindAddresses },
): Promise<DomainSettings> {
  const domain = domainOf(address)
  const { provider } = settings
  if (isNamed || (await areProvidersOwn(provider, domain, findAddresses))) return settings
  return {
    ...settings,
    trust: 'mx',
    voucher: 'nobody',
    source: `the MX records of ${domain}`,
    confirm: ownersOf(passwordHosts(provider, address)),
  }
}
