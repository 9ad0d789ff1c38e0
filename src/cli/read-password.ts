import type { Readable } from 'node:stream'
import { parseSecret, type Secret } from '../account/secret.js'
import { decodeText } from '../encoding/decode-text.js'
import { askPassword } from './ask-password.js'
import type { Io } from './io.js'

const MAX_BYTES = 4096
const NEW_LINE = 0x0a
const RETURN = 0x0d

/**
 * The password of `--password-stdin`: the first line of standard input, or what the person types where
 * that is a terminal.
 *
 * @throws MailProfileError `invalid_account` when it is empty, over-long, not printable or not UTF-8
 */
export async function readPassword(io: Io): Promise<Secret> {
  const line = io.stdin.isTTY === true ? await askPassword(io) : await firstLine(io.stdin)
  // Too long whatever it is, and cut anywhere.
  if (line.length > MAX_BYTES) return parseSecret(line.toString('latin1'))
  return parseSecret(decodeText(line, 'The password', { code: 'invalid_account' }))
}

/** The first line of standard input, or what the person types where that is a terminal: a link. */
export async function readLink(io: Io): Promise<string> {
  const line = io.stdin.isTTY === true ? await askPassword(io, 'Link') : await firstLine(io.stdin)
  return line.subarray(0, MAX_BYTES).toString('latin1').trim()
}

async function firstLine(stdin: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk as Uint8Array | string)
    chunks.push(bytes)
    length += bytes.length
    if (length > MAX_BYTES || bytes.includes(NEW_LINE)) break
  }
  const all = Buffer.concat(chunks)
  const end = all.indexOf(NEW_LINE)
  const line = end === -1 ? all : all.subarray(0, end)
  return line.at(-1) === RETURN ? line.subarray(0, -1) : line
}
