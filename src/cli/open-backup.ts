import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileError, isFileError } from './file-error.js'
import type { Io } from './io.js'
import { STANDARD_INPUT } from './read-input.js'

/** A backup that can be read more than once. */
export interface OpenedBackup {
  /** From its beginning. */
  readonly read: () => AsyncIterable<Uint8Array>
  readonly close: () => Promise<void>
}

/**
 * The backup that the command line names; what comes by standard input is kept in a file meanwhile.
 *
 * @throws MailProfileError `file_error`, also while it is read
 */
export async function openBackup(file: string, io: Io): Promise<OpenedBackup> {
  if (file !== STANDARD_INPUT) {
    return { read: () => bytesOf(resolve(io.cwd, file), file), close: () => Promise.resolve() }
  }
  const folder = await mkdtemp(join(tmpdir(), 'mailprofile-restore-'))
  const close = () => rm(folder, { recursive: true, force: true })
  const path = join(folder, 'backup')
  try {
    await pipeline(io.stdin, createWriteStream(path, { mode: 0o600, flags: 'wx' }))
  } catch (error) {
    await close()
    throw error
  }
  return { read: () => bytesOf(path, path), close }
}

async function* bytesOf(path: string, name: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path)) yield chunk as Buffer
  } catch (error) {
    if (!isFileError(error)) throw error
    throw fileError(error, { path: name, what: 'The backup', access: 'read' })
  }
}
