import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { oneLine, visible } from '../account/visible.js'
import { MailProfileError } from '../errors.js'
import { fileError, isFileError, streamError } from '../files/file-error.js'
import type { Io } from './io.js'

/** Writes text, made `visible`, or bytes as they are. */
export function write(stream: Writable, data: string | Uint8Array): Promise<void> {
  return writeStyled(stream, typeof data === 'string' ? visible(data) : data)
}

/** Says something beside what is asked for: where nobody hears it, on a full disk for example, the work goes on. */
export async function tell(stream: Writable, text: string): Promise<void> {
  await write(stream, text).catch(() => undefined)
}

/**
 * Writes text with colours of our own, in which nothing else is left that would have to be made
 * `visible`; and waits until the stream has taken it all, because a pipe may be slow. A reader that has
 * seen enough, such as head, is no failure.
 */
export async function writeStyled(stream: Writable, data: string | Uint8Array): Promise<void> {
  const trouble = await taken(stream, data)
  if (trouble !== undefined && trouble.code !== 'EPIPE') throw streamError(trouble)
}

/** Writes what is of no use in part, as it is: a reader that goes before its end is a failure. */
export async function writeWhole(stream: Writable, data: string): Promise<void> {
  const trouble = await taken(stream, data)
  if (trouble !== undefined) throw streamError(trouble)
}

/** @returns why a stream has not taken something */
function taken(
  stream: Writable,
  data: string | Uint8Array,
): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    stream.write(data, (error) => {
      // Of a stream that has ended by an error, that one tells more.
      resolve(error ? (stream.errored ?? error) : undefined)
    })
  })
}

/**
 * Whether a stream takes colours: a terminal does, unless the person wants none (https://no-color.org: set
 * and not empty) or it knows none.
 */
export function takesColours(
  stream: { readonly isTTY?: boolean },
  { env }: Pick<Io, 'env'>,
): boolean {
  return stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
}

/** Puts an SGR colour round a text, or none. */
export type Paint = (text: string, colour: string) => string

/** How what goes to standard output is coloured. */
export function paintFor(io: Pick<Io, 'stdout' | 'env'>): Paint {
  return takesColours(io.stdout, io)
    ? (text, colour) => `\u001b[${colour}m${text}\u001b[0m`
    : (text) => text
}

/** Text in columns: every row's first cell padded to the widest, each row on one line. */
export function rows(given: readonly (readonly [string, string])[], indent = '  '): string {
  const pairs = given.map(([label, value]) => [oneLine(label), oneLine(value)] as const)
  const width = Math.max(0, ...pairs.map(([label]) => label.length))
  return pairs.map(([label, value]) => `${indent}${label.padEnd(width)}  ${value}\n`).join('')
}

export interface FileOutput {
  /** The `-o` of the command line; `-` is standard output. */
  readonly output?: string | undefined
  /** For a terminal, where bytes are not for reading: the name of a new file. */
  readonly fileName: string
}

/**
 * Writes bytes where the person wants them: the file of `-o`, a pipe, or a new file.
 *
 * @throws MailProfileError `invalid_request` when the new file is already there; `file_error`
 */
export async function writeOutput(
  bytes: Uint8Array,
  { output, fileName }: FileOutput,
  io: Io,
): Promise<void> {
  if (output === '-' || (output === undefined && io.stdout.isTTY !== true)) {
    await write(io.stdout, bytes)
    return
  }
  const path = resolve(io.cwd, output ?? fileName)
  try {
    // What was named may be overwritten; what we named ourselves must not be.
    await writeFile(path, bytes, { flag: output === undefined ? 'wx' : 'w', mode: 0o600 })
  } catch (error) {
    if (!isFileError(error)) throw error
    if (error.code !== 'EEXIST')
      throw fileError(error, { path: output ?? fileName, access: 'written' })
    throw new MailProfileError('invalid_request', `${fileName} is already there.`, {
      hint: 'Name the file with -o.',
    })
  }
  await tell(io.stderr, `Wrote ${output ?? fileName} (${bytes.length} bytes).\n`)
}
