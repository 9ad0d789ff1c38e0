import type { Readable } from 'node:stream'
import { parseSecret, type Secret } from '../account/secret.js'

const MAX_BYTES = 4096

/**
 * The password of `--password-stdin`: the first line of standard input.
 *
 * @throws MailProfileError `invalid_account` when it is empty, over-long or not printable
 */
export async function readPassword(stdin: Readable): Promise<Secret> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk as Uint8Array | string)
    chunks.push(bytes)
    length += bytes.length
    if (length > MAX_BYTES || bytes.includes(0x0a)) break
  }
  const [line = ''] = Buffer.concat(chunks).toString('utf8').split(/\r?\n/, 1)
  return parseSecret(line)
}
