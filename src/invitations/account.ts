import type { Account } from '../account/account.js'
import { MailProfileError } from '../errors.js'
import type { Catalogue } from '../providers/catalogue.js'
import { invitedAccount, type InvitedPerson } from './person.js'

/**
 * The account of somebody who is to be invited. Its servers come from the operator or the catalogue,
 * never from a search: whoever makes invitations vouches for them.
 *
 * @throws MailProfileError `unknown_domain`, `invalid_request` for a password that no server takes, and
 *   as `providerAccount`
 */
export function invitableAccount(catalogue: Catalogue, person: InvitedPerson): Account {
  const { address, password, outgoingPassword } = person
  const account = invitedAccount(catalogue.find(address), person)
  const { incoming, outgoing } = account
  if (outgoingPassword !== undefined && password === undefined) {
    throw mistaken('outgoingPassword', 'needs password, which is for receiving')
  }
  if (outgoingPassword !== undefined && outgoing.password === undefined) {
    throw mistaken('outgoingPassword', 'is for a server that takes none')
  }
  const takesPassword = incoming.password !== undefined || outgoing.password !== undefined
  if (password !== undefined && !takesPassword) {
    throw mistaken('password', 'is for servers that take none')
  }
  return account
}

function mistaken(field: string, what: string): MailProfileError {
  return new MailProfileError('invalid_request', `The value of ${field} ${what}.`, {
    hint: `Leave ${field} out.`,
    field,
  })
}
