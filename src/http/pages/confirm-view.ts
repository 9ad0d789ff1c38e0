import type { FoundSettings } from '../../discovery/found-settings.js'
import { providerAccount } from '../../providers/provider-account.js'
import type { AccountRequest } from '../account-request.js'
import type { ConfirmView } from './views.js'

/** What a person has to know before found settings are used: above all who gets the password. */
export function confirmView(wanted: AccountRequest, found: FoundSettings): ConfirmView {
  const { incoming, outgoing, calendar, contacts } = providerAccount(found, wanted.address, wanted)
  const { address, name, protocol } = wanted
  return {
    address,
    fields: [
      ['address', address],
      ...(name === undefined ? [] : [['name', name] as const]),
      ...(protocol === undefined ? [] : [['protocol', protocol] as const]),
      ['confirm', found.confirm.join(',')],
    ],
    source: found.source,
    domains: found.confirm,
    hosts: [
      ['Incoming mail', incoming.host],
      ['Outgoing mail', outgoing.host],
      ...(calendar === undefined ? [] : [['Calendar', calendar.host] as const]),
      ...(contacts === undefined ? [] : [['Contacts', contacts.host] as const]),
    ],
  }
}
