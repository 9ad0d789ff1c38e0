import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { MailProfileError } from '../../errors.js'

/**
 * Keeps other runs out of a folder.
 *
 * @param path of the file that says so, with the number of this process
 * @returns what lets them in again
 * @throws MailProfileError `invalid_request` while another one is there
 */
export function lockFolder(path: string): () => void {
  const pid = String(process.pid)
  try {
    writeFileSync(path, pid, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const other = Number(readFileSync(path, 'utf8'))
    if (isRunning(other)) {
      throw new MailProfileError('invalid_request', 'Another run is working in this folder.', {
        hint: `It is the process ${other}. If there is none, remove ${path}.`,
        field: 'out',
      })
    }
    // It was killed.
    writeFileSync(path, pid, { mode: 0o600 })
  }
  return () => rmSync(path, { force: true })
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
