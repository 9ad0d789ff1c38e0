import type { Address } from '../account/address.js'
import type { Config } from '../config/config.js'
import type { PeopleDirectory, Person } from '../directory/people-directory.js'
import { MailProfileError } from '../errors.js'
import type { Io } from './io.js'

/**
 * Does some work with the configured directory of people, if there is one.
 *
 * @throws MailProfileError `directory_unavailable`, which says why: it is the operator's terminal
 */
export async function withPeople<T>(
  { directory }: Pick<Config, 'directory'>,
  { openDirectory, signal }: Pick<Io, 'openDirectory' | 'signal'>,
  work: (people: PeopleDirectory | undefined) => Promise<T>,
): Promise<T> {
  if (directory === undefined) return work(undefined)
  const people = await openDirectory(directory)
  try {
    return await work(people)
  } catch (error) {
    throw whyNot(error, signal)
  } finally {
    await people.close()
  }
}

/** What the configured directory knows of somebody; nothing where there is none. */
export function findPerson(
  address: Address,
  config: Pick<Config, 'directory'>,
  io: Pick<Io, 'openDirectory' | 'signal'>,
): Promise<Person | undefined> {
  return withPeople(config, io, async (people) => people?.find(address, { signal: io.signal }))
}

/** That the person at the terminal ended it. */
export function stoppedAsking(cause: unknown): MailProfileError {
  return new MailProfileError('directory_unavailable', 'Stopped while the directory was asked.', {
    cause,
  })
}

/** What the person at the terminal is told of a directory that gave no answer. */
export function whyNot(error: unknown, signal: AbortSignal): unknown {
  return signal.aborted ? stoppedAsking(error) : withReason(error)
}

function withReason(error: unknown): unknown {
  if (!(error instanceof MailProfileError) || error.code !== 'directory_unavailable') return error
  const { code, message, cause } = error
  const reason = cause instanceof Error ? ` ${cause.message}` : ''
  return new MailProfileError(code, `${message}${reason}`, {
    hint: '“mailprofile config check” tries it, and says more.',
    cause,
  })
}
