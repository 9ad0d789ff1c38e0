import { expect } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import type { DirectoryConfig } from '../../src/config/config.js'
import { createConfig } from '../../src/config/create-config.js'
import { configSchema } from '../../src/config/schema.js'
import type { PeopleDirectory } from '../../src/directory/people-directory.js'
import { openTestDirectory } from '../support/open-test-directory.js'
import { ANN, NOBODY, ODD } from '../support/people.js'

/** What a configuration has under `directory`, finished. */
export function directoryConfig(directory: Readonly<Record<string, unknown>>): DirectoryConfig {
  const config = createConfig(configSchema.parse({ directory }), undefined)
  if (config.directory === undefined) throw new Error('There is none.')
  return config.directory
}

/** Does something with a directory, and closes it. */
export async function withDirectory<T>(
  directory: Readonly<Record<string, unknown>>,
  work: (people: PeopleDirectory) => Promise<T>,
): Promise<T> {
  const people = await openTestDirectory(directoryConfig(directory))
  try {
    return await work(people)
  } finally {
    await people.close()
  }
}

/** What every directory has to do that lists the people of the tests with everything that they have. */
export async function findsPeople(people: PeopleDirectory): Promise<void> {
  await people.check()
  const ann = {
    name: ANN.name,
    username: ANN.username,
    language: ANN.language,
    aliases: ANN.aliases,
  }
  expect(await people.find(parseAddress(ANN.address))).toEqual(ann)
  // Letter case does not make another mailbox.
  expect(await people.find(parseAddress(ANN.address.toUpperCase()))).toEqual(ann)
}

/** Whatever an address holds stands for itself, in each way to ask. */
export async function takesAddressesLiterally(people: PeopleDirectory): Promise<void> {
  for (const { address, name, username } of ODD) {
    const found = await people.find(parseAddress(address))
    expect(found, address).toMatchObject({ name, username, language: 'en-GB' })
  }
  for (const address of NOBODY) {
    expect(await people.find(parseAddress(address)), address).toBeUndefined()
  }
  await findsPeople(people)
}
