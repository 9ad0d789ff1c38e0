import { readFile, stat } from 'node:fs/promises'
import { whyUnreadable } from '../encoding/unreadable.js'
import { MailProfileError } from '../errors.js'

const MAX_BYTES = 100_000

/**
 * A picture of an operator's, as it lies in a file.
 *
 * @param what for the error
 * @throws MailProfileError `invalid_configuration` for one that cannot be read, or is too large
 */
export async function readPicture(
  path: string,
  what: 'logo' | 'icon',
  field: string,
): Promise<Buffer> {
  try {
    // A device has no size, and may never end.
    const found = await stat(path)
    if (!found.isFile() && !found.isDirectory()) throw new Error('It is no file.')
    if (found.size <= MAX_BYTES) return await readFile(path)
  } catch (cause) {
    throw new MailProfileError(
      'invalid_configuration',
      `The ${what} ${path} cannot be read${whyUnreadable(cause)}.`,
      { hint: 'Check the path and who may read it.', field, cause },
    )
  }
  throw new MailProfileError(
    'invalid_configuration',
    `The ${what} ${path} is larger than 100 kB.`,
    {
      hint: 'Everybody who scans a code loads it: make it smaller, or take an SVG.',
      field,
    },
  )
}
