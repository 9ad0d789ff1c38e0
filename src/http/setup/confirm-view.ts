import { offersMail, type MailService } from '../../account/mail-service.js'
import { shownAddress } from '../../account/shown-domain.js'
import type { DomainSettings } from '../../providers/domain-settings.js'
import { hostFor, ownersOf, passwordHosts } from '../../discovery/password-hosts.js'
import { providerAccount } from '../../providers/provider-account.js'
import { PASSWORD, WITH, type AccountRequest } from '../request/account-request.js'
import { collectionsView } from '../pages/collections-view.js'
import type { ConfirmView } from '../pages/views.js'

/** The field of the form that says that its sender has seen the page. */
export const ASKED = 'asked'

/**
 * What a person has to know before found settings are used: above all who gets the password.
 *
 * @param asked goes along with the answer
 */
export function confirmView(
  wanted: AccountRequest,
  settings: DomainSettings,
  asked: string,
): ConfirmView {
  // What cannot be used is refused now.
  providerAccount(settings, wanted.address, wanted)
  const { address, name, protocol, byPassword } = wanted
  return {
    shownAddress: shownAddress(address),
    fields: [
      ['address', address],
      ...(name === undefined ? [] : [['name', name] as const]),
      ...(protocol === undefined ? [] : [['protocol', protocol] as const]),
      ...(byPassword === true ? [[WITH, PASSWORD] as const] : []),
      [ASKED, asked],
    ],
    collections: offersMail(settings.provider) ? undefined : collectionsView(settings.provider),
    source: settings.source,
    isVouched: settings.voucher === 'catalogue',
    domains: ownersOf(passwordHosts(settings.provider, address)),
    hosts: hostsByUse(settings.provider, address),
  }
}

// All of them, also those that another protocol or app would use.
function hostsByUse(
  { incoming, outgoing, calendar, contacts }: MailService,
  address: string,
): ConfirmView['hosts'] {
  const each = (what: ConfirmView['hosts'][number][0], hosts: readonly string[]) =>
    hosts.length === 0 ? [] : [[what, [...new Set(hosts)]] as const]
  const dav = (server: { readonly url: string } | undefined) =>
    server === undefined ? [] : [new URL(server.url).hostname]
  return [
    ...each(
      'incoming',
      incoming.map((server) => hostFor(server, address)),
    ),
    ...each(
      'outgoing',
      outgoing.map((server) => hostFor(server, address)),
    ),
    ...each('calendar', dav(calendar)),
    ...each('contacts', dav(contacts)),
  ]
}
