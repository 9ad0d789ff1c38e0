import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname } from 'node:path'

const { R_OK, W_OK, X_OK } = constants

/**
 * Finds out whether a file can be written, or made with its folders, without touching anything: what it
 * takes is permissions on the file, and on the nearest folder that is there.
 *
 * @param file absolute
 * @throws an error of the file system that says why not
 */
export async function requireWritable(file: string): Promise<void> {
  await unlessMissing(access(file, R_OK | W_OK))
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    // With the dot, a file in the place of the folder is told apart.
    const isThere = await unlessMissing(access(`${folder}/.`, W_OK | X_OK))
    if (isThere || folder === dirname(folder)) return
  }
}

async function unlessMissing(accessing: Promise<void>): Promise<boolean> {
  try {
    await accessing
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return false
  }
}
