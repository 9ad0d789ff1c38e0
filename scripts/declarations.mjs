import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'

/**
 * Takes from `.declarations`, where `tsc` writes one of every module and remembers what it has written,
 * those that an entry leads to: whoever uses the library can reach no others.
 *
 * @param {string} folder
 * @param {string} entry such as `index.d.ts`
 * @returns {Set<string>} their paths in the folder
 */
export function copyDeclarations(folder, entry) {
  const copied = new Set()
  const copy = (file) => {
    if (copied.has(file)) return
    copied.add(file)
    const from = join(folder, '.declarations', file)
    mkdirSync(join(folder, dirname(file)), { recursive: true })
    copyFileSync(from, join(folder, file))
    const named = readFileSync(from, 'utf8').matchAll(/(?:from |import\()["'](\.[^"']+)\.js["']/g)
    for (const [, path] of named) copy(posix.join(posix.dirname(file), `${path}.d.ts`))
  }
  copy(entry)
  return copied
}
