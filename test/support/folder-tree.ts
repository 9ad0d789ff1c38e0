import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** All that is below a folder, hidden files included: names, modes, times and what is in the files. */
export function folderTree(folder: string): string[] {
  const names = ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })].sort()
  return names.map((name) => {
    const path = join(folder, name)
    const { mode, mtimeMs, size } = lstatSync(path)
    const isFile = lstatSync(path).isFile()
    const digest = isFile ? createHash('sha256').update(readFileSync(path)).digest('hex') : ''
    return `${name} ${mode.toString(8)} ${mtimeMs} ${size} ${digest}`
  })
}
