import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { MailProfileError } from '../errors.js'
import type { Io } from './io.js'

/** Writes and waits until the stream has taken it all: a pipe may be slow. */
export function write(stream: Writable, data: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(data, (error) => {
      if (error) reject(error)
      else resolve()
    })
  })
}

/** Text in columns: every row's first cell padded to the widest. */
export function rows(pairs: readonly (readonly [string, string])[], indent = '  '): string {
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
 * @throws MailProfileError `invalid_request` when the new file is already there
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
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new MailProfileError('invalid_request', `${fileName} is already there.`, {
      hint: 'Name the file with -o.',
    })
  }
  await write(io.stderr, `Wrote ${output ?? fileName} (${bytes.length} bytes).\n`)
}
