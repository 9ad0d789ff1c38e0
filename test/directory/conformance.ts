import { expect } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import type { DirectoryConfig } from '../../src/config/config.js'
import { createConfig } from '../../src/config/create-config.js'
import { configSchema } from '../../src/config/schema.js'
import type {
  DirectoryEntry,
  ListingOptions,
  PeopleDirectory,
} from '../../src/directory/people-directory.js'
import { openTestDirectory } from '../support/open-test-directory.js'
import { ANN, NOBODY, ODD, type ListedPerson } from '../support/people.js'

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

/** Everybody whom a directory lists for a filter. */
export async function listed(
  people: Pick<PeopleDirectory, 'list'>,
  filter: string,
  options: ListingOptions = {},
): Promise<DirectoryEntry[]> {
  const all: DirectoryEntry[] = []
  for await (const entry of people.list(filter, options)) all.push(entry)
  return all
}

/** What every directory has to do that lists these people; `french` is how it is asked for those. */
export async function listsPeople(
  people: PeopleDirectory,
  expected: readonly Omit<ListedPerson, 'aliases'>[],
  french: string,
): Promise<void> {
  const wanted = expected.map(({ address, name, username, language }) => ({
    address,
    name,
    username,
    language,
  }))
  const found = await listed(people, '*')
  const plain = found.map((entry) => {
    if ('trouble' in entry) return entry
    const { address, name, username, language } = entry
    return { address, name, username, language }
  })
  expect(inOrder(plain)).toEqual(inOrder(wanted))
  const some = await listed(people, french)
  expect(inOrder(some.map(addressOf))).toEqual(
    inOrder(wanted.filter(({ language }) => language === 'fr').map(({ address }) => address)),
  )
  // Whoever wants no more leaves nothing behind, and the next question is answered.
  for await (const entry of people.list('*')) {
    expect(entry).toBeDefined()
    break
  }
  await people.check()
}

export function addressOf(entry: DirectoryEntry): string {
  return 'trouble' in entry ? entry.trouble : entry.address
}

function inOrder<T>(all: readonly T[]): T[] {
  return [...all].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}
