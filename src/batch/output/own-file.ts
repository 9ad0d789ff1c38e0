import { constants, fstatSync } from 'node:fs'
import { basename } from 'node:path'
import { MailProfileError } from '../../errors.js'
import { OpenFile } from './open-file.js'

const { O_CREAT, O_RDONLY, O_RDWR } = constants
// Windows has neither of them.
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>

const FLAGS = { read: O_RDONLY, write: O_RDWR, make: O_RDWR | O_CREAT } as const

/**
 * Opens a file that earlier runs may have left: they are believed, and what is written comes into it. In a folder that
 * others can write, somebody else may have put it there, or a link in its place that leads to any file of this user's.
 *
 * @param access `make` where there may be none yet
 * @throws MailProfileError `invalid_request` for one that is not this user's own; what the file system says
 */
export function openOwnFile(path: string, access: keyof typeof FLAGS): OpenFile {
  let file: OpenFile
  try {
    // Of a pipe nobody may ever write to the other end.
    file = new OpenFile(path, FLAGS[access] | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    // FreeBSD says EMLINK.
    if (!['ELOOP', 'EMLINK'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    throw notOwn(path, 'is a link')
  }
  const trouble = troubleOf(file.descriptor)
  if (trouble === undefined) return file
  file.close()
  throw notOwn(path, trouble)
}

function troubleOf(file: number): string | undefined {
  const stats = fstatSync(file)
  if (!stats.isFile()) return 'is no file'
  const user = process.geteuid?.()
  // File systems without owners may say that all is root's.
  return user === undefined || stats.uid === user || stats.uid === 0
    ? undefined
    : 'is another user’s'
}

function notOwn(path: string, what: string): MailProfileError {
  return new MailProfileError('invalid_request', `${basename(path)} in the folder ${what}.`, {
    hint: 'Name another folder with --out, or remove it if you know how it came there.',
    field: 'out',
  })
}
