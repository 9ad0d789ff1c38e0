import type { Account } from '../../account/account.js'
import type { DomainSettings } from '../../providers/domain-settings.js'
import type { RenderContext } from '../../formats/format.js'
import { invitedAccount } from '../../invitations/account.js'
import type { InvitedPerson } from '../../invitations/person.js'
import type { Catalogue } from '../../providers/catalogue.js'
import type { Tag } from '../../texts/languages.js'
import { renderContext, type RenderingServer } from '../request/render-context.js'

export interface InvitedSetupOptions extends RenderingServer {
  /** The catalogue of the moment: provider files may change while the server runs. */
  readonly catalogue: () => Catalogue
}

/**
 * What an invited person sets up, and how it is rendered.
 *
 * What links back to a setup page leads to the ordinary one: an app that gets such a link would else get
 * the token, too. The ordinary page tells it nothing but the address, which is in the link anyway.
 *
 * @throws MailProfileError as `invitedAccount`: `unknown_domain` when the domain is not served any more
 */
export function invitedSetup(
  options: InvitedSetupOptions,
  person: InvitedPerson,
  language?: Tag,
): {
  readonly account: Account
  readonly settings: DomainSettings
  readonly render: RenderContext
} {
  const { account, settings } = invitedAccount(options.catalogue(), person)
  const { address, name, protocol } = person
  return {
    account,
    settings,
    render: renderContext(options, { address, name, protocol }, settings, language),
  }
}
