import { areAllIn } from '../account/ip-network.js'
import { isPersonal } from '../account/placeholders.js'
import { hasPlaceholder } from '../autoconfig/templates.js'
import type { Provider } from '../providers/provider.js'
import { hostFor } from './password-hosts.js'

/** The IP addresses of a host, as the DNS has them. */
export type FindAddresses = (host: string) => Promise<readonly string[]>

/**
 * Whether a provider that was found by a domain's mail exchanger keeps the passwords to itself. Anybody
 * can point an MX record at somebody's exchanger, so a host with the domain in its name is only the
 * provider's if it leads to the provider's addresses and to no others.
 */
export async function areProvidersOwn(
  { incoming, outgoing, addresses = [] }: Provider,
  domain: string,
  findAddresses: FindAddresses,
): Promise<boolean> {
  const named = [...incoming, ...outgoing].filter(({ host }) => hasPlaceholder(host))
  if (named.length === 0) return true
  // Nobody can tell for every mailbox of a domain where such a name leads.
  if (addresses.length === 0 || named.some(({ host }) => isPersonal(host))) return false
  const hosts = [...new Set(named.map((server) => hostFor(server, `anybody@${domain}`)))]
  try {
    const found = await Promise.all(hosts.map(findAddresses))
    return found.every((list) => areAllIn(list, addresses))
  } catch {
    // What cannot be asked is not known.
    return false
  }
}
