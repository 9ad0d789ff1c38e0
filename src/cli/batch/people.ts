import type { InvitedPerson } from '../../invitations/person.js'
import type { DirectoryConfig } from '../../config/config.js'
import { completed } from '../../directory/complete.js'
import type { PeopleDirectory } from '../../directory/people-directory.js'
import type { Io } from '../io.js'
import type { TenantOf } from './inviting.js'

/** What the directories of all tenants know. */
export interface AllPeople {
  /**
   * A person with what the directory of whoever has the domain knows and the list does not say.
   *
   * @throws MailProfileError `directory_unavailable`
   */
  complete(person: InvitedPerson): Promise<InvitedPerson>
  close(): Promise<void>
}

export function allPeople(
  tenantOf: TenantOf,
  { openDirectory, signal }: Pick<Io, 'openDirectory' | 'signal'>,
): AllPeople {
  const opened = new Map<DirectoryConfig, Promise<PeopleDirectory>>()
  return {
    async complete(person) {
      const { directory } = tenantOf(person.address)
      if (directory === undefined) return person
      const people = opened.get(directory) ?? openDirectory(directory)
      opened.set(directory, people)
      return completed(person, await people, { signal })
    },
    async close() {
      for (const people of opened.values()) await (await people).close()
    },
  }
}
