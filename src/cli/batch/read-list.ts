import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { asFileError } from '../../files/file-error.js'
import type { Io } from '../io.js'
import { STANDARD_INPUT } from '../read-input.js'

/** The bytes of a list as they are read. */
export interface ListBytes {
  readonly chunks: AsyncIterable<Uint8Array>
  /** How much of it has been read, 0 to 1; undefined where nobody knows how much there is. */
  readonly share: () => number | undefined
}

/**
 * The list that a command line names. Where the run is told to stop, it ends as if there were no more.
 *
 * @throws MailProfileError `file_error`
 */
export async function openList(
  path: string,
  { cwd, stdin, signal }: Pick<Io, 'cwd' | 'stdin' | 'signal'>,
): Promise<ListBytes> {
  if (path === STANDARD_INPUT) {
    return { chunks: chunksOf(stdin, path, signal), share: () => undefined }
  }
  let size: number
  try {
    const found = await stat(resolve(cwd, path))
    size = found.isFile() ? found.size : 0
  } catch (error) {
    throw readError(error, path)
  }
  let read = 0
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunksOf(createReadStream(resolve(cwd, path)), path, signal)) {
      read += chunk.length
      yield chunk
    }
  }
  return { chunks: counted(), share: () => (size === 0 ? undefined : Math.min(1, read / size)) }
}

async function* chunksOf(
  stream: Readable,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  // Nobody may be writing what is waited for.
  const stop = () => stream.destroy()
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  try {
    for await (const chunk of stream) yield Buffer.from(chunk as Uint8Array | string)
  } catch (error) {
    if (!signal.aborted) throw readError(error, path)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function readError(error: unknown, path: string): unknown {
  return asFileError(error, { path, what: 'The list', access: 'read' })
}
