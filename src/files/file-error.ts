import { dirname } from 'node:path'
import { MailProfileError } from '../errors.js'

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there',
  EEXIST: 'something else has its name',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EISDIR: 'it is a folder, not a file',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the quota of this user is used up',
  EFBIG: 'the file would be too large',
  EPIPE: 'whoever reads it has ended',
  EIO: 'the device has failed, or the terminal is closed',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'links lead in a circle',
  EMFILE: 'too many files are open',
}

export interface FileAccess {
  /** As the person wrote it; absent where the system does not say which. */
  readonly path?: string | undefined
  readonly access: 'read' | 'written'
  /** What it is, as the beginning of a sentence: "The account file". */
  readonly what?: string | undefined
}

/** Whether something came from the file system, whose own words quote calls and numbers. */
export function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error &&
    typeof (error as NodeJS.ErrnoException).code === 'string' &&
    typeof (error as NodeJS.ErrnoException).syscall === 'string'
  )
}

/** What the file system said, as a sentence. */
export function fileError(
  cause: NodeJS.ErrnoException,
  { path, access, what = path === undefined ? 'A file' : 'The file' }: FileAccess,
): MailProfileError {
  const isMissingFolder = path !== undefined && access === 'written' && cause.code === 'ENOENT'
  const reason = isMissingFolder
    ? `the folder ${dirname(path)} is not there`
    : (REASONS[cause.code ?? ''] ?? `the system says ${cause.code ?? 'nothing'}`)
  const name = path === undefined ? what : `${what} ${path}`
  return new MailProfileError('file_error', `${name} cannot be ${access}: ${reason}.`, {
    hint: isMissingFolder ? 'Make the folder first.' : 'Check the path, and who may use it.',
    cause,
  })
}

/** An error of the file system as a sentence, and any other as it is: to be thrown. */
export function asFileError(error: unknown, access: FileAccess): unknown {
  return isFileError(error) ? fileError(error, access) : error
}

/** What the system said of standard output. */
export function streamError(cause: NodeJS.ErrnoException): MailProfileError {
  const reason = REASONS[cause.code ?? ''] ?? `the system says ${cause.code ?? 'nothing'}`
  return new MailProfileError('file_error', `Standard output cannot be written: ${reason}.`, {
    cause,
  })
}
