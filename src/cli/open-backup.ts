import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rm, stat, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { addAbortSignal } from 'node:stream'
import { MailProfileError } from '../errors.js'
import { asFileError, fileError, isFileError } from '../files/file-error.js'
import type { Io } from './io.js'
import { STANDARD_INPUT } from './read-input.js'

/** A backup that can be read more than once. */
export interface OpenedBackup {
  /** From its beginning. */
  readonly read: () => AsyncIterable<Uint8Array>
  readonly close: () => Promise<void>
}

/**
 * The backup that the command line names; what comes by standard input or a pipe is kept in a file meanwhile,
 * which has no name and so is gone however the process ends.
 *
 * @throws MailProfileError `file_error`, also while it is read; `invalid_request` when it is stopped
 */
export async function openBackup(file: string, io: Io): Promise<OpenedBackup> {
  const path = resolve(io.cwd, file)
  if (file !== STANDARD_INPUT && !(await isPipe(path))) {
    return { read: () => bytesOf(createReadStream(path), file), close: () => Promise.resolve() }
  }
  const kept = await keptFile(io)
  try {
    const source = file === STANDARD_INPUT ? io.stdin : createReadStream(path)
    addAbortSignal(io.signal, source)
    for await (const chunk of bytesOf(source, file)) await kept.appendFile(chunk)
  } catch (error) {
    await kept.close()
    if (io.signal.aborted) {
      throw new MailProfileError('invalid_request', 'Stopped: nothing was restored.')
    }
    throw asFileError(error, { what: 'A copy of the backup', access: 'written' })
  }
  return {
    read: () => bytesOf(kept.createReadStream({ start: 0, autoClose: false }), file),
    close: () => kept.close(),
  }
}

// What gives its bytes once alone, such as <(ssh … cat backup).
async function isPipe(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined)
  return stats !== undefined && !stats.isFile() && !stats.isDirectory()
}

// In a container with files that are read-only, the folder of the state is the one that is not.
async function keptFile({ env }: Pick<Io, 'env'>): Promise<FileHandle> {
  const state = env['STATE_DIRECTORY']?.split(':')[0]
  const folders = [tmpdir(), ...(state === undefined || state === '' ? [] : [state])]
  let refusal: unknown
  for (const folder of folders) {
    const path = join(folder, `mailprofile-${randomUUID()}`)
    try {
      const handle = await open(path, 'wx+', 0o600)
      await rm(path)
      return handle
    } catch (error) {
      if (!isFileError(error)) throw error
      refusal ??= fileError(error, { path, what: 'A copy of the backup', access: 'written' })
    }
  }
  throw refusal
}

async function* bytesOf(stream: AsyncIterable<unknown>, name: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) yield Buffer.from(chunk as Uint8Array | string)
  } catch (error) {
    throw asFileError(error, { path: name, what: 'The backup', access: 'read' })
  }
}
