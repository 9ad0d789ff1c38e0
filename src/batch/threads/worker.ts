import type { MessagePort } from 'node:worker_threads'
import { MailProfileError, type ErrorCode } from '../../errors.js'
import { doWork } from './do-work.js'
import type { FileMaker } from './file-maker.js'
import type { Work } from './work.js'

/**
 * What a thread says: what it did, as JSON, with all that was made in one piece; or why it cannot go on. Both ways
 * JSON costs a fifth of what copying objects does.
 */
export type WorkerReply =
  | { readonly done: string; readonly bodies?: Uint8Array<ArrayBuffer> }
  | { readonly failure: WorkerFailure }

/** The message that there is no more work. */
export const NO_MORE = ''

/** An error as it passes between threads, which leave out what `Error` itself does not have. */
export interface WorkerFailure {
  readonly message: string
  /** Of a `MailProfileError`. */
  readonly errorCode?: ErrorCode
  readonly hint?: string | undefined
  /** Of the file system. */
  readonly code?: string | undefined
  readonly syscall?: string | undefined
  readonly path?: string | undefined
}

/**
 * Answers the main thread, in a thread of its own.
 *
 * @param maker what the thread makes files with, once it is loaded
 */
export async function answerWork(port: MessagePort, maker: Promise<FileMaker>): Promise<void> {
  const reply = (message: WorkerReply, transfer: readonly ArrayBuffer[] = []) => {
    port.postMessage(message, transfer)
  }
  let loaded: FileMaker
  try {
    loaded = await maker
  } catch (error) {
    reply({ failure: failureOf(error) })
    return
  }
  const answer = async (work: Work) => {
    try {
      const { rows, bodies } = await doWork(work, loaded)
      const done = JSON.stringify(rows)
      if (bodies === undefined) reply({ done })
      else reply({ done, bodies }, [bodies.buffer])
    } catch (error) {
      reply({ failure: failureOf(error) })
    }
  }
  // Whoever asks knows by the order what is answered.
  let last: Promise<void> = Promise.resolve()
  port.on('message', (work: string) => {
    last = last.then(() => (work === NO_MORE ? port.close() : answer(JSON.parse(work) as Work)))
  })
}

function failureOf(error: unknown): WorkerFailure {
  if (error instanceof MailProfileError) {
    const { message, hint, code } = error
    return { message, hint, errorCode: code }
  }
  const { message, code, syscall, path } = error as NodeJS.ErrnoException
  return { message, code, syscall, path }
}

/** The error that was thrown in the other thread. */
export function errorOf({ message, errorCode, hint, ...system }: WorkerFailure): Error {
  return errorCode === undefined
    ? Object.assign(new Error(message), system)
    : new MailProfileError(errorCode, message, { hint })
}
