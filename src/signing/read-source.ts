import { readFile } from 'node:fs/promises'
import { whyUnreadable } from '../encoding/unreadable.js'
import { MailProfileError } from '../errors.js'

// Longer than the paths of certificates are, and shorter than a key of RSA.
const MAX_PATH = 1000

/**
 * The bytes of a source: those that were given, or those of the file that it names.
 *
 * @param field the key of the configuration that names it
 * @param isContent whether a text is the content itself rather than a path
 * @throws MailProfileError `invalid_configuration` for a file that cannot be read
 */
export async function readSource(
  source: string | Uint8Array,
  field: string,
  isContent: (text: string) => boolean = () => false,
): Promise<Buffer> {
  if ((source as unknown) instanceof Uint8Array) return Buffer.from(source)
  if (typeof source !== 'string') {
    // A program in JavaScript may give anything, or nothing.
    const sentence = `${field} has to be a path, or the content of a file.`
    throw new MailProfileError('invalid_configuration', sentence, { field })
  }
  if (isContent(source)) return Buffer.from(source, 'latin1')
  try {
    return await readFile(source)
  } catch (cause) {
    // A key that was given in the place of its path is not shown.
    const file = source.length > MAX_PATH || /[\r\n]/.test(source) ? '' : ` ${source}`
    throw new MailProfileError(
      'invalid_configuration',
      `The file${file} cannot be read${whyUnreadable(cause)}.`,
      {
        hint: `It is named by ${field}: check the path and who may read it.`,
        field,
        cause,
      },
    )
  }
}
