import { hasPassword, withDavLogin, type Account } from '../account/account.js'
import type { Secret } from '../account/secret.js'
import type { MailServer } from '../account/server.js'
import { MailProfileError } from '../errors.js'
import type { Catalogue } from '../providers/catalogue.js'
import type { DomainSettings } from '../providers/domain-settings.js'
import { providerAccount } from '../providers/provider-account.js'
import type { InvitedPerson } from './person.js'

/** The account of an invited person, and where its servers come from. */
export interface InvitedAccount {
  readonly account: Account
  readonly settings: DomainSettings
}

/**
 * The account of an invited person, with the servers that are configured now and all that its maker gave.
 * They come from the operator or the catalogue, never from a search: whoever makes invitations vouches
 * for them.
 *
 * @throws MailProfileError `unknown_domain`, and as `providerAccount`
 */
export function invitedAccount(catalogue: Catalogue, person: InvitedPerson): InvitedAccount {
  const { address, username, password, outgoingPassword = password } = person
  const settings = catalogue.find(address)
  const account = providerAccount(settings, address, person)
  return {
    account:
      account.incoming === undefined
        ? withDavLogin(account, { username, password })
        : {
            ...account,
            incoming: complete(account.incoming, username, password),
            outgoing: complete(account.outgoing, username, outgoingPassword),
          },
    settings,
  }
}

/**
 * The account of somebody who is to be invited, with no password that goes nowhere.
 *
 * @throws MailProfileError `invalid_request` for a password that no server takes, and as `invitedAccount`
 *
 * @example
 * ```ts
 * import { invitableAccount, loadCatalogue, parseInvitedPerson } from 'mailprofile'
 *
 * const person = parseInvitedPerson({ address: 'ann@btinternet.com', password: 'of Ann' })
 * const account = invitableAccount(await loadCatalogue(), person)
 * console.log(account.incoming?.host) // mail.btinternet.com
 * ```
 */
export function invitableAccount(catalogue: Catalogue, person: InvitedPerson): Account {
  const { password, outgoingPassword } = person
  const { account } = invitedAccount(catalogue, person)
  if (outgoingPassword !== undefined && password === undefined) {
    throw mistaken('outgoingPassword', 'needs password, which is for receiving')
  }
  if (outgoingPassword !== undefined && account.outgoing?.password === undefined) {
    throw mistaken('outgoingPassword', 'is for a server that takes none')
  }
  if (password !== undefined && !hasPassword(account)) {
    throw mistaken('password', 'is for servers that take none')
  }
  return account
}

function complete<T extends MailServer>(
  server: T,
  username: string | undefined,
  password: Secret | undefined,
): T {
  const { authentication } = server
  if (authentication === 'none') return server
  return {
    ...server,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined || authentication === 'oauth2' ? {} : { password }),
  }
}

function mistaken(field: string, what: string): MailProfileError {
  return new MailProfileError('invalid_request', `The value of ${field} ${what}.`, {
    hint: `Leave ${field} out.`,
    field,
  })
}
