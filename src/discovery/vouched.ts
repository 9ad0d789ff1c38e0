import { registrableDomain } from '../account/public-name.js'
import type { DomainSettings, Voucher } from '../providers/domain-settings.js'
import type { Provider } from '../providers/provider.js'
import { ownersOf, passwordHosts } from './password-hosts.js'

/**
 * What was found, with who has to agree to it: a program may use without asking what a domain itself says of
 * servers of its own.
 */
export function vouched(
  provider: Provider,
  domain: string,
  voucher: Voucher,
): Pick<DomainSettings, 'provider' | 'voucher' | 'confirm'> {
  const owners = ownersOf(passwordHosts(provider, anybody(domain)))
  return { provider, voucher, confirm: voucher === 'domain' ? [] : owners }
}

/** Whether a password would go to nobody but whoever registered the domain. */
export function namesOnlyItself(provider: Provider, domain: string): boolean {
  const own = registrableDomain(domain)
  return ownersOf(passwordHosts(provider, anybody(domain))).every((owner) => owner === own)
}

/** Some mailbox of a domain. */
export function anybody(domain: string): string {
  return `anybody@${domain}`
}
