import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { MailProfileError } from '../errors.js'
import { asFileError } from '../files/file-error.js'
import type { Io } from './io.js'

/** What stands for standard input where a file is named. */
export const STANDARD_INPUT = '-'

// More than anything has that is read back; a path may lead to what never ends.
const MAX_MEGABYTES = 32

/**
 * The bytes of a file that the command line names, or of standard input for `-`.
 *
 * @param what it is, as the beginning of a sentence: "The account file"
 * @throws MailProfileError `file_error`, `too_large`
 */
export async function readInput(path: string, what: string, io: Io): Promise<Buffer> {
  const stream = path === STANDARD_INPUT ? io.stdin : createReadStream(resolve(io.cwd, path))
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk as Uint8Array | string)
      chunks.push(bytes)
      length += bytes.length
      if (length > MAX_MEGABYTES * 2 ** 20) {
        throw new MailProfileError('too_large', `${what} is larger than ${MAX_MEGABYTES} MB.`)
      }
    }
  } catch (error) {
    throw asFileError(error, { path, what, access: 'read' })
  }
  return Buffer.concat(chunks)
}
