import type { InvitedPerson, InvitedPersonJson } from '../../invitations/person.js'

/** A person as it passes between threads. */
export function personJson({
  password,
  outgoingPassword,
  ...person
}: InvitedPerson): InvitedPersonJson {
  return {
    ...person,
    password: password?.reveal(),
    outgoingPassword: outgoingPassword?.reveal(),
  }
}
