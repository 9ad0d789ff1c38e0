import { isLoopback } from '../account/loopback.js'
import type { DirectoryConfig } from '../config/config.js'
import { keyFor, type AnsweringConfig } from '../config/tenants.js'
import { DirectoryTrouble } from '../directory/trouble.js'
import { ok, warning, type ConfigurationFinding } from './configuration-finding.js'
import type { Surroundings } from './surroundings.js'

const IN_CLEAR =
  'It is asked without encryption over a network: whoever is on the way reads names and passwords, and can ' +
  'change them.'

/** Asks a directory for somebody who does not exist. */
export async function checkDirectory(
  one: AnsweringConfig,
  { openDirectory }: Pick<Surroundings, 'openDirectory'>,
): Promise<ConfigurationFinding[]> {
  const { directory } = one
  if (directory === undefined) return []
  const subject = keyFor(one, 'directory')
  const inClear = isInClear(directory) ? [warning(subject, IN_CLEAR)] : []
  const people = await openDirectory(directory)
  try {
    await people.check()
    return [ok(subject, `It answers: ${placeOf(directory)}`), ...inClear]
  } catch (error) {
    if (!(error instanceof DirectoryTrouble)) throw error
    const { message, detail } = error
    const said = detail === undefined ? '' : ` It says: ${detail}`
    return [
      {
        subject,
        // A server starts without it.
        state: 'warning',
        message: `It does not answer: ${placeOf(directory)}. ${message}${said}`,
        hint: 'Until it does, invitations and accounts of the HTTP interface answer 503.',
      },
      ...inClear,
    ]
  } finally {
    await people.close()
  }
}

function isInClear({ ldap, sql, tls }: DirectoryConfig): boolean {
  const url = ldap?.url ?? sql?.url.reveal()
  if (tls !== false || url === undefined || url.startsWith('sqlite:')) return false
  return !isLoopback(new URL(url).hostname)
}

// Without user name and password.
function placeOf({ ldap, sql, command, csv }: DirectoryConfig): string {
  const url = ldap?.url ?? sql?.url.reveal()
  if (url === undefined) return command?.[0] ?? csv ?? ''
  if (url.startsWith('sqlite:')) return url
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${sql === undefined ? '' : pathname}`
}
