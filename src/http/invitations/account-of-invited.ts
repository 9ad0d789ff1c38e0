import type { Account } from '../../account/account.js'
import { configured, type FoundSettings } from '../../discovery/found-settings.js'
import type { RenderContext } from '../../formats/format.js'
import { invitedAccount, type InvitedPerson } from '../../invitations/person.js'
import type { AppContext } from '../context.js'
import { renderContext } from '../request/render-context.js'

/**
 * The account of an invited person, with the servers that are configured now.
 *
 * What links back to a setup page leads to the ordinary one: an app that gets such a link would else get
 * the token, too. The ordinary page tells it nothing but the address, which is in the link anyway.
 *
 * @throws MailProfileError `unknown_domain` when the domain is not served any more,
 *   `unsupported_account` when it is refused now, and as `invitedAccount`
 */
export function accountOfInvited(
  context: AppContext,
  person: InvitedPerson,
): {
  readonly account: Account
  readonly found: FoundSettings
  readonly render: RenderContext
} {
  const entry = context.catalogue().find(person.address)
  const { address, name, protocol } = person
  const found = configured(entry)
  return {
    account: invitedAccount(entry, person),
    found,
    render: renderContext(context, { address, name, protocol }, found),
  }
}
