import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { link, lstat, open, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { MailProfileError } from '../errors.js'
import { asFileError, isFileError } from './file-error.js'

// Of a file system that has no hard links, such as FAT, exFAT and some of networks.
const NO_LINKS: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']

/** A mode as of a file that an editor makes: the umask says who else may write it. */
export const FOR_ALL = 0o666

/** Writes a part of a file. */
export type WritePart = (part: string) => Promise<void>

export interface ReplaceOptions {
  /**
   * For its owner alone by default. One's own file that is replaced hands on its group and its mode, but opens
   * nothing to everybody.
   */
  readonly mode?: number
  /** Whether a file that is there already is left alone; no by default. */
  readonly isNew?: boolean
  /** The file as a person wrote it; its path by default. */
  readonly name?: string
}

/**
 * Writes a file whole or not at all: under another name until it is on the disk, so that whoever reads it
 * meanwhile never sees half of it.
 *
 * @throws MailProfileError `file_error`, and as `make`
 */
export async function replaceFile<T>(
  path: string,
  make: (write: WritePart) => Promise<T>,
  { mode = 0o600, isNew = false, name = path }: ReplaceOptions = {},
): Promise<T> {
  const old = await statsOf(path, name)
  const unfinished = `${path}.${randomBytes(6).toString('hex')}.unfinished`
  try {
    const handle = await open(unfinished, 'wx', mode)
    try {
      if (old !== undefined && !isNew && (await isOwn(path, old))) {
        await keepReaders(handle, old, mode)
      }
      const made = await writing(handle, make)
      if (isNew) await takeFreeName(unfinished, path)
      else await rename(unfinished, path)
      await syncFolder(dirname(path))
      return made
    } catch (error) {
      await rm(unfinished, { force: true })
      throw error
    }
  } catch (error) {
    throw asFileError(error, { path: name, access: 'written' })
  }
}

// A link, unlike a rename, refuses to replace anything.
async function takeFreeName(unfinished: string, path: string): Promise<void> {
  try {
    await link(unfinished, path)
  } catch (error) {
    if (!isFileError(error) || !NO_LINKS.includes(error.code ?? '')) throw error
    // What is replaced then is empty, and made here.
    await (await open(path, 'wx')).close()
    await rename(unfinished, path).catch(async (failure: unknown) => {
      await rm(path, { force: true })
      throw failure
    })
    return
  }
  await rm(unfinished)
}

// Root would put a file in the place of /dev/null, and take it away from everybody.
async function statsOf(path: string, name: string): Promise<Stats | undefined> {
  const stats = await stat(path).catch(() => undefined)
  if (stats === undefined || stats.isFile() || stats.isDirectory()) return stats
  throw new MailProfileError('file_error', `${name} cannot be replaced: it is no file.`, {
    hint: 'Name another one, or - for standard output where the command has it.',
  })
}

// Somebody else may have put it there, or a link to one of ours, to be given what comes.
async function isOwn(path: string, old: Stats): Promise<boolean> {
  const there = await lstat(path).catch(() => undefined)
  return [there?.uid, old.uid].every((uid) => uid === process.geteuid?.())
}

/** Root replaces a file that a service reads by its group, and the service still reads it. */
async function keepReaders(handle: FileHandle, old: Stats, mode: number): Promise<void> {
  // Whoever let everybody in chose no group: it is as a new one, by the umask too.
  if ((old.mode & 0o007 & ~mode) !== 0) return
  try {
    await handle.chmod(old.mode & mode)
    await handle.chown(old.uid, old.gid)
    await handle.chmod(old.mode & 0o777)
  } catch (error) {
    // A group that one is not of, or a file system without owners: it is for no more than a new one.
    if (!isFileError(error)) throw error
  }
}

async function writing<T>(handle: FileHandle, make: (write: WritePart) => Promise<T>): Promise<T> {
  try {
    const made = await make((part) => handle.appendFile(part))
    await handle.sync()
    return made
  } finally {
    await handle.close()
  }
}

// So that the new name is on the disk too.
async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders.
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}
