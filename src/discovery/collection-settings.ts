import type { DomainSettings } from '../providers/domain-settings.js'
import type { Provider } from '../providers/provider.js'
import type { FoundCollections } from './collections.js'
import { ownersOf, passwordHosts } from './password-hosts.js'
import { anybody, namesOnlyItself, vouched } from './vouched.js'

/** Whether calendars and contacts may come along with mail: the catalogue knows what its providers have. */
export function lacksCollections({ provider, voucher }: DomainSettings): boolean {
  const { calendar, contacts } = provider
  return voucher !== 'catalogue' && calendar === undefined && contacts === undefined
}

/**
 * Mail with calendars and contacts, only where they lead to nobody who would not get the password anyway, and
 * leave it true who vouches.
 */
export function withCollections(
  settings: DomainSettings,
  domain: string,
  found: readonly FoundCollections[],
): DomainSettings {
  const { provider, voucher } = settings
  const owners = ownersOf(passwordHosts(provider, anybody(domain)))
  const fitting = found.find((one) => {
    const hosts = passwordHosts({ incoming: [], outgoing: [], ...davsOf(one) }, anybody(domain))
    const isVouched = voucher !== 'domain' || one.trust === 'https-own-domain'
    return isVouched && ownersOf(hosts).every((owner) => owners.includes(owner))
  })
  if (fitting === undefined) return settings
  return { ...settings, provider: { ...provider, ...davsOf(fitting) } }
}

/** The settings of a domain where there are calendars and contacts, and no mail. */
export function collectionsAlone(collections: FoundCollections, domain: string): DomainSettings {
  const { trust, source, note } = collections
  const provider: Provider = {
    id: 'collections',
    name: domain,
    domains: [domain],
    mx: [],
    incoming: [],
    outgoing: [],
    ...davsOf(collections),
    autoconfig: false,
    notes: note === undefined ? [] : [{ text: note }],
    sources: [],
  }
  const isOwn = trust === 'https-own-domain' && namesOnlyItself(provider, domain)
  return { ...vouched(provider, domain, isOwn ? 'domain' : 'nobody'), trust, source }
}

function davsOf({
  calendar,
  contacts,
}: FoundCollections): Pick<FoundCollections, 'calendar' | 'contacts'> {
  return {
    ...(calendar === undefined ? {} : { calendar }),
    ...(contacts === undefined ? {} : { contacts }),
  }
}
