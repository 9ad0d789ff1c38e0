import { isUtf8 } from 'node:buffer'
import { MailProfileError, type ErrorCode } from '../errors.js'

const MARK = '\uFEFF'

const HINT =
  'Save it as UTF-8. Windows PowerShell 5.1 writes UTF-16 with > and Out-File: give Out-File -Encoding utf8.'

export interface DecodeTextOptions {
  readonly code?: ErrorCode | undefined
  /** The part of the input that the bytes are: `domainsFile`. */
  readonly field?: string | undefined
}

/**
 * The text of bytes that people or their programs wrote: UTF-8, without the byte order mark that
 * programs of Windows put before it, and with nothing replaced. What `--password-stdin`, `…_FILE`
 * variables and every text file are read with.
 *
 * @param name what the bytes are, as the beginning of a sentence; what is in them is never shown
 * @throws MailProfileError with the given code, `invalid_configuration` by default
 */
export function decodeText(
  bytes: Uint8Array,
  name: string,
  { code = 'invalid_configuration', field }: DecodeTextOptions = {},
): string {
  if (!isUtf8(bytes)) {
    const what = isUtf16(bytes) ? 'is UTF-16, not UTF-8' : 'is not UTF-8'
    throw new MailProfileError(code, `${name} ${what}.`, { hint: HINT, field })
  }
  const { buffer, byteOffset, byteLength } = bytes
  return withoutMark(Buffer.from(buffer, byteOffset, byteLength).toString('utf8'))
}

/** A text without the byte order mark that it begins with. */
export function withoutMark(text: string): string {
  return text.startsWith(MARK) ? text.slice(MARK.length) : text
}

function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
}
