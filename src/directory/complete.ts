import { withDavLogin, type Account } from '../account/account.js'
import type { MailServer } from '../account/server.js'
import type { Address } from '../account/address.js'
import type { PeopleDirectory, PeopleQuestion, Person } from './people-directory.js'

/** What a caller may have said of somebody. */
interface Described {
  readonly address: Address
  readonly name?: string | undefined
  readonly username?: string | undefined
  readonly language?: string | undefined
}

/**
 * Somebody with what the directory knows and the caller did not say: what was said wins. Where nothing is
 * missing, nobody is asked.
 *
 * @param people undefined where there is no directory
 * @throws MailProfileError `directory_unavailable`
 */
export async function completed<T extends Described>(
  described: T,
  people: Pick<PeopleDirectory, 'find'> | undefined,
  question: PeopleQuestion = {},
): Promise<T> {
  const { address, name, username, language } = described
  const isWhole = name !== undefined && username !== undefined && language !== undefined
  if (people === undefined || isWhole) return described
  const person = await people.find(address, question)
  return {
    ...described,
    name: name ?? person?.name,
    username: username ?? person?.username,
    language: language ?? person?.language,
  }
}

/** The account with the log-in of the person, where the directory has one: for all servers. */
export function withLogIn(account: Account, person: Person | undefined): Account {
  const username = person?.username
  if (username === undefined) return account
  if (account.incoming === undefined) return withDavLogin(account, { username })
  const named = <T extends MailServer>(server: T): T =>
    server.authentication === 'none' ? server : { ...server, username }
  return { ...account, incoming: named(account.incoming), outgoing: named(account.outgoing) }
}
