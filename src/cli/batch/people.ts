import type { Address } from '../../account/address.js'
import type { InvitedPerson } from '../../invitations/person.js'
import type { DirectoryConfig } from '../../config/config.js'
import { completed } from '../../directory/complete.js'
import type { PeopleDirectory } from '../../directory/people-directory.js'
import { whyNot } from '../find-person.js'
import type { Io } from '../io.js'
import type { TenantOf } from './tenants.js'

/** What the directories of all tenants know. */
export interface AllPeople {
  /**
   * A person with what the directory of whoever has the domain knows and the list does not say.
   *
   * @throws MailProfileError `directory_unavailable`
   */
  complete(person: InvitedPerson): Promise<InvitedPerson>
  /** Other addresses of somebody's mailbox, as far as the directory knows them. */
  aliasesOf(address: Address): Promise<readonly Address[] | undefined>
  close(): Promise<void>
}

export function allPeople(
  tenantOf: TenantOf,
  { openDirectory, signal }: Pick<Io, 'openDirectory' | 'signal'>,
): AllPeople {
  const opened = new Map<DirectoryConfig, Promise<PeopleDirectory>>()
  const peopleOf = async (address: Address): Promise<Pick<PeopleDirectory, 'find'> | undefined> => {
    const { directory } = tenantOf(address)
    if (directory === undefined) return undefined
    const opening = opened.get(directory) ?? openDirectory(directory)
    opened.set(directory, opening)
    const people = await opening
    return {
      async find(asked, question) {
        try {
          return await people.find(asked, question)
        } catch (error) {
          throw whyNot(error, signal)
        }
      },
    }
  }
  return {
    complete: async (person) => completed(person, await peopleOf(person.address), { signal }),
    async aliasesOf(address) {
      return (await (await peopleOf(address))?.find(address, { signal }))?.aliases
    },
    async close() {
      for (const people of opened.values()) await (await people).close()
    },
  }
}
