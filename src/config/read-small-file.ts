import { open } from 'node:fs/promises'
import { MAX_FILE_BYTES, tooLarge } from '../encoding/file-size.js'

/**
 * The bytes of a file that an operator wrote by hand. No more of it is read than such a file can have, even
 * where it never ends.
 *
 * @throws MailProfileError `invalid_configuration` when it is larger than 1 MB; else what the file
 *   system says
 */
export async function readSmallFile(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const buffer = Buffer.alloc(MAX_FILE_BYTES + 1)
    let length = 0
    while (length < buffer.length) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length)
      if (bytesRead === 0) return buffer.subarray(0, length)
      length += bytesRead
    }
  } finally {
    await file.close()
  }
  throw tooLarge(path)
}
