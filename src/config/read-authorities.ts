import { readFile } from 'node:fs/promises'
import { MailProfileError } from '../errors.js'

/**
 * The certificates that a server of the operator's is verified by, where they are none of the usual ones.
 *
 * @param key that names the file: `directory.ca`
 * @throws MailProfileError `invalid_configuration` for a file that cannot be read, or holds none
 */
export async function readAuthorities(
  file: string | undefined,
  key: string,
): Promise<string | undefined> {
  if (file === undefined) return undefined
  try {
    const text = await readFile(file, 'latin1')
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  } catch {
    // Said below.
  }
  throw new MailProfileError(
    'invalid_configuration',
    `${key} has to be a file of certificates in PEM: ${file}.`,
    { field: key },
  )
}
