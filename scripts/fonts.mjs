import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'

/**
 * Copies of packages of Fontsource what letters are set in: upright, of every weight, with the characters
 * that each file has, and the licence, which asks to go with every copy. The rest is for web pages, and
 * seven times as much.
 *
 * @param {readonly string[]} packages their folders
 * @param {string} folder a folder for each is made in it
 */
export function copyFonts(packages, folder) {
  rmSync(folder, { recursive: true, force: true })
  for (const from of packages) {
    const to = join(folder, basename(from))
    mkdirSync(join(to, 'files'), { recursive: true })
    const files = readdirSync(join(from, 'files')).filter((name) => /-wght-normal\./.test(name))
    const names = ['LICENSE', 'unicode.json', ...files.map((name) => join('files', name))]
    for (const name of names) copyFileSync(join(from, name), join(to, name))
  }
}
