import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileError, isFileError } from '../file-error.js'
import type { Io } from '../io.js'
import { STANDARD_INPUT } from '../read-input.js'

/** The bytes of a list as they are read. */
export interface ListBytes {
  readonly chunks: AsyncIterable<Uint8Array>
  /** How much of it has been read, 0 to 1; undefined where nobody knows how much there is. */
  readonly share: () => number | undefined
}

/** @throws MailProfileError `file_error` */
export async function openList(path: string, io: Pick<Io, 'cwd' | 'stdin'>): Promise<ListBytes> {
  if (path === STANDARD_INPUT) return { chunks: io.stdin, share: () => undefined }
  let size: number
  try {
    const found = await stat(resolve(io.cwd, path))
    size = found.isFile() ? found.size : 0
  } catch (error) {
    throw readError(error, path)
  }
  let read = 0
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of createReadStream(resolve(io.cwd, path))) {
        const bytes = chunk as Buffer
        read += bytes.length
        yield bytes
      }
    } catch (error) {
      throw readError(error, path)
    }
  }
  return { chunks: chunks(), share: () => (size === 0 ? undefined : Math.min(1, read / size)) }
}

function readError(error: unknown, path: string): unknown {
  return isFileError(error) ? fileError(error, { path, what: 'The list', access: 'read' }) : error
}
